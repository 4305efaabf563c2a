using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>One sender of a listener's host access table.</summary>
/// <param name="Order">Its place in the whole table, from 0: the lowest that matches wins.</param>
/// <param name="Group">The group that it stands in.</param>
/// <param name="Sender">As written.</param>
/// <param name="Match">What it means.</param>
public sealed record HatEntry(int Order, SenderGroup Group, string Sender, SenderMatch Match)
{
    /// <summary>All senders in order; those that cannot be read, which a checked document has not, are left out.</summary>
    public static IReadOnlyList<HatEntry> Of(Listener listener)
    {
        var entries = new List<HatEntry>();
        foreach (var group in listener.SenderGroups ?? [])
        {
            foreach (var sender in group.Senders)
            {
                if (SenderMatch.Read(sender) is { } match) entries.Add(new HatEntry(entries.Count, group, sender, match));
            }
        }

        return entries;
    }
}
