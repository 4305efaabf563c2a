using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Levels;
using Cluster.Domain.Validation;
using Cluster.Pki.Chains;
using Cluster.Pki.Renewals;

namespace Cluster.Domain.Renewals;

/// <summary>Finds which versions of certificates a change puts in the place of others, and what peers will notice.</summary>
/// <param name="certificates">Contents of certificates.</param>
/// <param name="read">Reads a content; null when it cannot be read.</param>
/// <param name="mx">What is known of MX records.</param>
public sealed class CertificateReplacements(
    CertificateLookup certificates, Func<CertificateContent, CertificateFacts?> read, MxRecords mx)
{
    /// <summary>
    /// Compares versions at each level, and for each machine what a name leads to: a certificate that a nearer level defines anew
    /// replaces that of the level above.
    /// </summary>
    /// <param name="before">Configuration now.</param>
    /// <param name="after">Configuration with the change.</param>
    /// <param name="changed">Keys of the items that the change touches; others than certificates are skipped.</param>
    /// <returns>By level and name; empty when no version changes.</returns>
    public IReadOnlyList<CertificateReplacement> Between(
        ResolvedConfiguration before, ResolvedConfiguration after, IEnumerable<ItemKey> changed)
    {
        var keys = changed.Where(k => k.Is<CertificateSettings>()).ToList();
        if (keys.Count == 0) return [];
        var pairs = new Dictionary<(ItemKey Old, ItemKey New), Pair>();
        foreach (var key in keys) Add(pairs, before.Snapshot.Find(key), after.Snapshot.Find(key));
        var names = keys.Select(k => k.Name).ToHashSet(StringComparer.Ordinal);
        var old = new PreviousEffective(before);
        foreach (var machines in after.Classes) Collect(pairs, old.Of(machines), machines.Effective, names);
        var anchors = new Lazy<TrustAnchors?>(() => TrustScope.Anywhere(after.Snapshot).Anchors);
        return [.. pairs.Values.Where(p => p.Old.ContentId != p.New.ContentId)
            .Select(p => Compare(p, anchors))
            .OfType<CertificateReplacement>()
            .OrderBy(r => r.After.Key)];
    }

    private void Collect(
        Dictionary<(ItemKey Old, ItemKey New), Pair> pairs,
        EffectiveConfiguration before,
        EffectiveConfiguration after,
        HashSet<string> names)
    {
        var found = names
            .Select(n => Add(pairs, before.Find<CertificateSettings>(n)?.Item, after.Find<CertificateSettings>(n)?.Item))
            .OfType<Pair>()
            .ToDictionary(p => p.After.Key.Name);
        if (found.Count == 0) return;
        foreach (var binding in CertificateBinding.Of(after))
        {
            if (found.TryGetValue(ItemNames.Normalize(CertificateSettings.Kind, binding.CertificateName), out var pair))
                pair.Bindings.Add(binding);
        }
    }

    private Pair? Add(Dictionary<(ItemKey Old, ItemKey New), Pair> pairs, Item? before, Item? after)
    {
        if (before is not { Hidden: false } || after is not { Hidden: false }) return null;
        if (pairs.TryGetValue((before.Key, after.Key), out var known)) return known;
        if (Content(before) is not { } old || Content(after) is not { } now) return null;
        var pair = new Pair(before, after, old, now);
        pairs.Add((before.Key, after.Key), pair);
        return pair;
    }

    private CertificateContent? Content(Item item) =>
        certificates(item.Key.LevelKind, item.Key.LevelId, item.Key.Name, VersionOf(item)) is { Destroyed: false } content ? content : null;

    private CertificateReplacement? Compare(Pair pair, Lazy<TrustAnchors?> anchors)
    {
        if (Serve(pair.Old) is not { } old || Serve(pair.New) is not { } now) return null;
        return new CertificateReplacement
        {
            After = pair.After,
            Version = VersionOf(pair.After),
            Before = pair.Before,
            ReplacedVersion = VersionOf(pair.Before),
            Differences = CertificateComparison.Between(old, now, anchors.Value),
            // Machines of several classes have the same settings.
            Lost = [.. pair.Bindings.SelectMany(b => CertificateNeeds.Lost(b, old, now, mx))
                .DistinctBy(l => (l.Code, l.Binding, l.Needed))
                .OrderBy(l => l.Code, StringComparer.Ordinal).ThenBy(l => l.Binding, StringComparer.Ordinal)],
        };
    }

    private ServedCertificate? Serve(CertificateContent content) =>
        read(content) is { } facts ? new ServedCertificate(facts.Leaf, facts.Intermediates) : null;

    private static int VersionOf(Item item) => item.Document!.Read<CertificateSettings>().Version;

    private sealed record Pair(Item Before, Item After, CertificateContent Old, CertificateContent New)
    {
        public HashSet<CertificateBinding> Bindings { get; } = [];
    }
}
