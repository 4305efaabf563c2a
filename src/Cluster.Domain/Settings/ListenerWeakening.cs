using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>
/// Whether some client of a listener is asked for less than before, whatever its address and name are. Clients are told apart by what they
/// match in either table: by address there are as many kinds as pieces, by name as many as names, and both together decide.
/// </summary>
internal static class ListenerWeakening
{
    /// <summary>The lowest TLS mode that a client sinks to, where one is asked for less; null = nobody is.</summary>
    public static PolicyTls? Find(HatPolicies before, HatPolicies after)
    {
        if (!before.All.Any(b => after.All.Any(a => IsWeaker(b, a)))) return null;
        AddressRange[] ranges = [.. before.Ranges, .. after.Ranges];
        var line = new AddressLine(ranges);
        var (byAddressBefore, byAddressAfter) = (before.ByAddress(line), after.ByAddress(line));
        var addresses = Enumerable.Range(0, line.Count).Select(i => (byAddressBefore[i], byAddressAfter[i])).ToHashSet();
        var names = before.Names.Concat(after.Names)
            .Distinct(StringComparer.Ordinal)
            .Select(n => (before.ByName(n), after.ByName(n)))
            .Append((HatPolicies.Nowhere, HatPolicies.Nowhere))
            .ToHashSet();
        PolicyTls? lowest = null;
        foreach (var (addressBefore, addressAfter) in addresses)
        {
            foreach (var (nameBefore, nameAfter) in names)
            {
                var was = before.At(Math.Min(addressBefore, nameBefore));
                var becomes = after.At(Math.Min(addressAfter, nameAfter));
                if (IsWeaker(was, becomes) && (lowest is null || becomes.Tls < lowest)) lowest = becomes.Tls;
            }
        }

        return lowest;
    }

    private static bool IsWeaker(MailFlowPolicy was, MailFlowPolicy becomes)
    {
        if (becomes.Tls != was.Tls) return becomes.Tls < was.Tls;
        return (was.VerifyClientCertificate is true && becomes.VerifyClientCertificate is not true)
            || (was.TlsMandatoryFor is not null && becomes.TlsMandatoryFor is null);
    }
}

/// <summary>The host access table of a listener with what its policies say; the first group that a client matches decides.</summary>
internal sealed class HatPolicies
{
    /// <summary>Behind every group: where a client is that no sender matches.</summary>
    public const int Nowhere = int.MaxValue;

    private readonly IReadOnlyList<SenderGroup> groups;
    private readonly MailFlowPolicy[] policies;
    private readonly MailFlowPolicy fallback;
    private readonly List<(int Group, SenderMatch Match)> senders = [];
    private readonly Dictionary<string, int> hosts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> domains = new(StringComparer.Ordinal);

    /// <summary>Takes the senders of a listener apart.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="find">Finds a policy by name; one that is not there asks for nothing.</param>
    public HatPolicies(Listener listener, Func<string, MailFlowPolicy?> find)
    {
        groups = listener.SenderGroups ?? [];
        policies = [.. groups.Select(g => Policy(g.Policy))];
        fallback = Policy(listener.DefaultPolicy);
        for (var i = 0; i < groups.Count; i++)
        {
            foreach (var match in groups[i].Senders.Select(SenderMatch.Read).OfType<SenderMatch>())
            {
                senders.Add((i, match));
                if (match.IsByName) (match.IsUnderName ? domains : hosts).TryAdd(match.Name, i);
            }
        }

        MailFlowPolicy Policy(string name) => find(name) ?? new MailFlowPolicy { Tls = PolicyTls.Off };
    }

    /// <summary>All policies that a client can meet.</summary>
    public IEnumerable<MailFlowPolicy> All => policies.Append(fallback).Distinct();

    /// <summary>All addresses that are named.</summary>
    public IEnumerable<AddressRange> Ranges => senders.Select(s => s.Match.Addresses).OfType<AddressRange>();

    /// <summary>One name for each way to match by name.</summary>
    public IEnumerable<string> Names => hosts.Keys.Concat(domains.Keys.Select(d => "*." + d));

    /// <summary>The policy at a place of <see cref="ByAddress"/> or <see cref="ByName"/>.</summary>
    public MailFlowPolicy At(int group) => group == Nowhere ? fallback : policies[group];

    /// <summary>The first group that each piece of addresses matches.</summary>
    public AddressPaint ByAddress(AddressLine line)
    {
        var paint = line.NewPaint();
        foreach (var (group, match) in senders)
        {
            if (match.Addresses is { } range) paint.Paint(line.PiecesOf(range), group);
            else if (match.IsEverybody) paint.Paint((0, line.Count), group);
        }

        return paint;
    }

    /// <summary>The first group that a name matches; <see cref="Nowhere"/> = none.</summary>
    public int ByName(string name)
    {
        var first = hosts.GetValueOrDefault(name, Nowhere);
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
            first = Math.Min(first, domains.GetValueOrDefault(name[(dot + 1)..], Nowhere));
        return first;
    }
}
