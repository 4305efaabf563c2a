using System.Runtime.CompilerServices;
using Cluster.Contracts.Findings;
using Cluster.Domain.Configuration;
using Cluster.Pki.Findings;

namespace Cluster.Domain.Validation;

/// <summary>
/// What one validation found about single certificates, for the next one of the same cluster: of ten thousand few differ between
/// two revisions. It holds while item and verdict are the very same objects. For one validation at a time.
/// </summary>
public sealed class FindingMemory
{
    private Dictionary<Place, Kept> before = [];
    private Dictionary<Place, Kept> now = [];

    /// <summary>Begins a validation: what the last one did not meet is forgotten.</summary>
    internal void Begin() => (before, now) = (now, []);

    /// <summary>Returns what was found about an item, or finds it.</summary>
    /// <param name="item">The item.</param>
    /// <param name="about">Tells apart what is found about one item.</param>
    /// <param name="verdict">What it follows from; null = from the item alone.</param>
    /// <param name="find">Finds it.</param>
    internal IReadOnlyList<RawFinding> Of(
        Item item, string about, IReadOnlyList<CertificateFinding>? verdict, Func<IEnumerable<RawFinding>> find)
    {
        var place = new Place(item, about);
        if (!before.TryGetValue(place, out var kept) || !ReferenceEquals(kept.Verdict, verdict))
            kept = new Kept(verdict, [.. find().Select(raw => raw with { Shown = new ShownFinding() })]);
        now[place] = kept;
        return kept.Findings;
    }

    private readonly record struct Place(Item Item, string About)
    {
        public bool Equals(Place other) => ReferenceEquals(Item, other.Item) && About == other.About;

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(Item);
    }

    private sealed record Kept(IReadOnlyList<CertificateFinding>? Verdict, IReadOnlyList<RawFinding> Findings);
}

/// <summary>How a finding that is kept was shown last.</summary>
internal sealed class ShownFinding
{
    /// <summary>Its id for all machines; null = not asked for yet.</summary>
    public string? Id { get; set; }

    /// <summary>As it was shown; null = not yet.</summary>
    public Finding? Finding { get; set; }
}
