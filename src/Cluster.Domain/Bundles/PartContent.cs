using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Levels;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Bundles;

/// <summary>Gathers what one service gets: the kinds that it announces, and of what these documents name only that.</summary>
internal static class PartContent
{
    public static ServicePart Gather(EffectiveConfiguration effective, ServiceCapabilities service, CertificateLookup certificates)
    {
        var settings = new PartSettings();
        foreach (var item in KindRegistry.All.Where(k => service.Kinds.Contains(k.Kind)).SelectMany(k => Reached(k, effective, service)))
        {
            settings.Add(item.Kind, item.Name, PartDocument.Of(item.Item.Document!));
        }

        settings.Complete((kind, name) =>
            service.Kinds.Contains(kind) && effective.Find(kind, name)?.Item.Document is { } document ? PartDocument.Of(document) : null);
        return new ServicePart
        {
            SchemaVersion = ServicePart.CurrentSchema,
            Driver = service.Driver,
            Settings = settings.ToDictionary(),
            Certificates = Certificates(effective, settings.CertificateNames, certificates),
            Trust = TrustContent.Gather(effective, service),
            Hidden = Hidden(effective, service),
            RepairDrift = service.Features.Contains(Features.DriftRepair) && Repairs(effective, service) ? true : null,
        };
    }

    private static IEnumerable<EffectiveItem> Reached(KindDefinition kind, EffectiveConfiguration effective, ServiceCapabilities service) =>
        kind.Reach switch
        {
            Reach.Service => effective.Of(kind.Kind).Where(i => kind.Reaches(i.Name, service)),
            Reach.HostedEndpoint => effective.Of(kind.Kind).Where(i => service.Hosts(i.Kind, i.Name)),
            _ => [],
        };

    private static bool Repairs(EffectiveConfiguration effective, ServiceCapabilities service) =>
        effective.Singleton<AgentSettings>()?.Drift?.Of(service.Name) == DriftPolicy.Repair;

    private static Dictionary<string, PartCertificate> Certificates(
        EffectiveConfiguration effective, IEnumerable<string> names, CertificateLookup lookup)
    {
        var certificates = new Dictionary<string, PartCertificate>();
        foreach (var name in names)
        {
            if (CertificateReferences.Resolve(effective, name, lookup) is not { } content) continue;
            certificates.Add(name, new PartCertificate
            {
                Chain = [Convert.ToBase64String(content.Leaf.Span), .. content.Chain.Select(c => Convert.ToBase64String(c.Span))],
                PublicKeySha256 = content.PublicKeySha256,
                Sha256 = content.Sha256,
            });
        }

        return certificates;
    }

    private static List<string>? Hidden(EffectiveConfiguration effective, ServiceCapabilities service)
    {
        var hidden =
            effective.Hidden.Where(i => IsRestored(i, service)).Select(i => $"{i.Kind}/{i.Name}").Order(StringComparer.Ordinal).ToList();
        return hidden.Count == 0 ? null : hidden;
    }

    private static bool IsRestored(EffectiveItem item, ServiceCapabilities service)
    {
        var kind = KindRegistry.Get(item.Kind);
        return kind.RestoreWhenHidden
            && service.Kinds.Contains(kind.Kind)
            && (kind.Reach != Reach.HostedEndpoint || service.Hosts(item.Kind, item.Name));
    }
}
