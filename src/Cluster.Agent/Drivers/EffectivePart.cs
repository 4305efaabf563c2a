using System.Text.Json;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Settings;

namespace Cluster.Agent.Drivers;

/// <summary>What is applied: the wanted settings, and those that were applied before and that no level defines any more.</summary>
/// <param name="Part">All of it.</param>
/// <param name="Orphaned">What stays although it is defined nowhere, as <c>kind/name</c>.</param>
internal sealed record EffectivePart(ServicePart Part, IReadOnlyList<string> Orphaned)
{
    /// <summary>What people are told of each of them.</summary>
    public IEnumerable<string> Warnings =>
        Orphaned.Select(o => $"orphaned {o}: no level defines it any more; it stays applied until it is {WayOut(o)} or unmanaged.");

    /// <summary>
    /// Adds to the wanted settings what was applied before, unless it is hidden or the host's own file gave its endpoint up.
    /// </summary>
    public static EffectivePart Merge(ServicePart? applied, ServicePart wanted, LocalService local)
    {
        if (applied is null) return new EffectivePart(wanted, []);
        var hidden = (wanted.Hidden ?? []).ToHashSet(StringComparer.Ordinal);
        var orphaned = new List<string>();
        var settings = new PartSettings();
        foreach (var (kind, name, document) in Documents(wanted)) settings.Add(kind, name, PartDocument.Of(kind, document));
        foreach (var (kind, name, document) in Documents(applied).Where(
            d => Stays(d.Kind, d.Name, local) && !hidden.Contains($"{d.Kind}/{d.Name}")))
        {
            if (settings.Add(kind, name, PartDocument.Of(kind, document))) orphaned.Add($"{kind}/{name}");
        }

        settings.Complete((kind, name) => Find(applied, kind, name));
        return new EffectivePart(
            wanted with
            {
                Settings = settings.ToDictionary(),
                Certificates = With(wanted.Certificates, applied.Certificates, settings.CertificateNames),
                Trust = Trust(applied, wanted, hidden, orphaned),
                Hidden = null,
            },
            orphaned);
    }

    private static IEnumerable<(string Kind, string Name, JsonElement Document)> Documents(ServicePart part) =>
        from kind in part.Settings.OrderBy(k => k.Key, StringComparer.Ordinal)
        from document in kind.Value.OrderBy(d => d.Key, StringComparer.Ordinal)
        select (kind.Key, document.Key, document.Value);

    /// <summary>Whether an item of a part stands in it as it is.</summary>
    public static bool Defines(ServicePart part, ItemName item) => item.Kind == CertificateSettings.Kind
        ? part.Certificates.ContainsKey(item.Name)
        : Find(part, item.Kind, item.Name) is not null;

    /// <summary>Whether an item can be on this host: an endpoint must stand in the host's own file.</summary>
    public static bool IsHosted(ItemName item, LocalService local) =>
        KindRegistry.Get(item.Kind).Reach != Reach.HostedEndpoint || local.FindEndpoint(item.Kind, item.Name) is not null;

    // What is only referred to stays with what refers to it.
    private static bool Stays(string kind, string name, LocalService local) => KindRegistry.Get(kind).Reach switch
    {
        Reach.Service => true,
        Reach.HostedEndpoint => local.FindEndpoint(kind, name) is not null,
        _ => false,
    };

    private static PartDocument? Find(ServicePart part, string kind, string name) =>
        part.Settings.TryGetValue(kind, out var documents) && documents.TryGetValue(name, out var document)
            ? PartDocument.Of(kind, document)
            : null;

    private static Dictionary<string, PartCertificate> With(
        IReadOnlyDictionary<string, PartCertificate> wanted,
        IReadOnlyDictionary<string, PartCertificate> applied,
        IEnumerable<string> names)
    {
        var result = new Dictionary<string, PartCertificate>(wanted, StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (applied.TryGetValue(name, out var certificate)) result.TryAdd(name, certificate);
        }

        return result;
    }

    // Not every kind can be hidden: what cannot is replaced by what a level defines of it again.
    private static string WayOut(string orphan) =>
        KindRegistry.Get(orphan[..orphan.IndexOf('/', StringComparison.Ordinal)]).RestoreWhenHidden ? "hidden" : "set anew";

    private static PartTrust? Trust(ServicePart applied, ServicePart wanted, HashSet<string> hidden, List<string> orphaned)
    {
        var name = $"{TrustSettings.Kind}/{Kinds.SingletonName}";
        if (wanted.Trust is not null || applied.Trust is null || hidden.Contains(name)) return wanted.Trust;
        orphaned.Add(name);
        return applied.Trust;
    }
}
