using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Levels;

namespace Cluster.Domain.Bundles;

/// <summary>Gathers what one service gets.</summary>
internal static class PartContent
{
    private static readonly string[] PutBackKinds = [Kinds.DestinationControls, Kinds.Listeners, Kinds.TrustedAuthorities];

    public static ServicePart Gather(EffectiveConfiguration effective, ServiceCapabilities service, CertificateLookup certificates)
    {
        var listeners = Listeners(effective, service);
        var destinations = service.Kinds.Contains(Kinds.DestinationControls)
            ? effective.All<DestinationControl>(Kinds.DestinationControls).ToDictionary(d => d.Item.Name, d => d.Value)
            : [];
        var outbound = service.Kinds.Contains(Kinds.Outbound) ? effective.Singleton<OutboundSettings>(Kinds.Outbound) : null;
        var names = listeners.Values.SelectMany(CertificateReferences.Of)
            .Concat(destinations.Values.Select(d => d.Certificate))
            .Append(outbound?.Certificate);
        return new ServicePart
        {
            SchemaVersion = Kinds.SchemaVersion,
            Driver = service.Driver,
            Listeners = listeners,
            MailFlowPolicies = Policies(effective, listeners.Values),
            DestinationControls = destinations,
            Outbound = outbound,
            Certificates = Certificates(effective, names, certificates),
            Trust = TrustContent.Gather(effective, service),
            Hidden = Hidden(effective, service),
            RepairDrift = service.Features.Contains(Features.DriftRepair) && Repairs(effective, service) ? true : null,
        };
    }

    private static bool Repairs(EffectiveConfiguration effective, ServiceCapabilities service) =>
        effective.Singleton<AgentSettings>(Kinds.AgentSettings)?.Drift?.Of(service.Name) == DriftPolicy.Repair;

    private static Dictionary<string, Listener> Listeners(EffectiveConfiguration effective, ServiceCapabilities service) =>
        !service.Kinds.Contains(Kinds.Listeners)
            ? []
            : effective.All<Listener>(Kinds.Listeners).Where(l => service.Hosts(Kinds.Listeners, l.Item.Name)).ToDictionary(l => l.Item.Name, l => l.Value);

    private static Dictionary<string, MailFlowPolicy> Policies(EffectiveConfiguration effective, IEnumerable<Listener> listeners)
    {
        var policies = new Dictionary<string, MailFlowPolicy>();
        foreach (var name in listeners.SelectMany(l => (l.SenderGroups ?? []).Select(g => g.Policy).Append(l.DefaultPolicy)).Distinct())
        {
            if (effective.Get<MailFlowPolicy>(Kinds.MailFlowPolicies, name) is { } policy) policies.Add(name, policy);
        }

        return policies;
    }

    private static Dictionary<string, PartCertificate> Certificates(EffectiveConfiguration effective, IEnumerable<string?> names, CertificateLookup lookup)
    {
        var certificates = new Dictionary<string, PartCertificate>();
        foreach (var name in names.OfType<string>().Distinct())
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
        var hidden = effective.Hidden
            .Where(i => PutBackKinds.Contains(i.Kind) && service.Kinds.Contains(i.Kind) && (i.Kind != Kinds.Listeners || service.Hosts(i.Kind, i.Name)))
            .Select(i => $"{i.Kind}/{i.Name}")
            .Order(StringComparer.Ordinal)
            .ToList();
        return hidden.Count == 0 ? null : hidden;
    }
}
