using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Validation;

namespace Cluster.Domain.Settings;

/// <summary>
/// Finds senders of a host access table that earlier ones keep from what they seem to say. An exception before a wider network or domain
/// is the usual way to write one, and no finding.
/// </summary>
internal static class SenderOverlaps
{
    /// <summary>Most findings of a listener: who has more has one cause for all of them.</summary>
    public const int MostShown = 20;

    /// <summary>Never matches, since earlier senders match all of it.</summary>
    public const string Shadowed = "sender-shadowed";

    /// <summary>Part of it, and more, is decided by an earlier sender with another policy.</summary>
    public const string Overlapping = "sender-overlap";

    /// <summary>Returns at most <see cref="MostShown"/> warnings, and one more that says how many are left.</summary>
    public static IEnumerable<RawFinding> Find(Item item, Listener listener)
    {
        var all = Find(HatEntry.Of(listener)).ToList();
        foreach (var (code, entry, message) in all.Take(MostShown))
            yield return RawFinding.Warning(
                code,
                item,
                $"Listener '{item.Name}': {message}",
                code == Shadowed
                    ? "Remove it, or move its group before the one that matches first."
                    : "Write ranges that do not cross, or give both groups the same policy.") with
            {
                Detail = $"{entry.Group.Name}/{entry.Sender}",
            };
        if (all.Count > MostShown)
            yield return RawFinding.Warning(
                Shadowed,
                item,
                $"Listener '{item.Name}': {all.Count - MostShown} more senders are kept by earlier ones from what they say.",
                "Put the listener's sender groups in order, then validate again.") with
            {
                Detail = "more",
            };
    }

    private static IEnumerable<(string Code, HatEntry Entry, string Message)> Find(IReadOnlyList<HatEntry> entries)
    {
        var line = new AddressLine([.. entries.Select(e => e.Match.Addresses).OfType<AddressRange>()]);
        var paint = line.NewPaint();
        var names = new EarlierNames();
        foreach (var entry in entries)
        {
            if (entry.Match.Addresses is { } range)
            {
                var pieces = line.PiecesOf(range);
                var (first, last) = (paint[pieces.From], paint[pieces.To - 1]);
                if (!paint.Paint(pieces, entry.Order)) yield return ShadowedBy(entry, entries[first], whole: first == last);
                else if (Crossed(entry, range, entries, first, last) is { } crossed) yield return crossed;
            }
            else if (entry.Match.IsByName)
            {
                if (names.Add(entry.Match, entry.Order) is { } earlier) yield return ShadowedBy(entry, entries[earlier], whole: true);
            }
        }
    }

    private static (string Code, HatEntry Entry, string Message)? Crossed(
        HatEntry entry, AddressRange range, IReadOnlyList<HatEntry> entries, int first, int last)
    {
        var before = first == AddressPaint.None ? null : entries[first];
        var behind = last == AddressPaint.None ? null : entries[last];
        HatEntry? crossing = null;
        if (before is not null && before.Match.Addresses!.Value.First < range.First) crossing = before;
        else if (behind is not null && behind.Match.Addresses!.Value.Last > range.Last) crossing = behind;
        return crossing is null || crossing.Group.Policy == entry.Group.Policy
            ? null
            : (
                Overlapping,
                entry,
                $"sender {entry.Sender} of group {entry.Group.Name} crosses {crossing.Sender} of group {crossing.Group.Name}, which "
                    + $"stands earlier: for what both contain policy {crossing.Group.Policy} counts, not {entry.Group.Policy}.");
    }

    private static (string Code, HatEntry Entry, string Message) ShadowedBy(HatEntry entry, HatEntry earlier, bool whole) => (
        Shadowed,
        entry,
        $"sender {entry.Sender} of group {entry.Group.Name} never matches: {earlier.Sender} of group {earlier.Group.Name}"
            + (whole ? ", which stands earlier, matches all of it." : " and other senders, which stand earlier, match all of it."));

    // Names that stood before: the same, or a domain that they are under.
    private sealed class EarlierNames
    {
        private readonly Dictionary<string, int> hosts = new(StringComparer.Ordinal);
        private readonly Dictionary<string, int> domains = new(StringComparer.Ordinal);

        public int? Add(SenderMatch match, int order)
        {
            var own = match.IsUnderName ? domains : hosts;
            int? earlier = own.TryGetValue(match.Name, out var same) ? same : null;
            for (var dot = match.Name.IndexOf('.', StringComparison.Ordinal); earlier is null && dot >= 0;
                dot = match.Name.IndexOf('.', dot + 1))
            {
                if (domains.TryGetValue(match.Name[(dot + 1)..], out var parent)) earlier = parent;
            }

            if (earlier is null) own[match.Name] = order;
            return earlier;
        }
    }
}
