using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Domain.Settings;

namespace Cluster.Domain.Validation;

/// <summary>What a target host cannot express is refused, never dropped in silence: each member that needs a feature finds it announced.</summary>
internal static class CapabilityRule
{
    public static IEnumerable<RawFinding> Check(MachineClass machines, ValidationInput input)
    {
        foreach (var service in machines.Services)
        {
            foreach (var (item, feature, what) in Needs(machines, service))
            {
                if (service.Features.Contains(feature)) continue;
                yield return RawFinding.Error(
                    "unsupported-by-host",
                    item,
                    $"{item.Key.Kind}/{item.Name}: {what} cannot be expressed by service '{service.Name}' ({service.Driver}) on {Machines(machines)}.",
                    "Choose what the service can express, or define the item so that it does not reach these machines.") with
                    { Detail = $"{feature}/{service.Name}", Scope = $"{machines.GroupId}/{machines.CapabilityHash}" };
            }
        }
    }

    private static IEnumerable<(Item Item, string Feature, string What)> Needs(MachineClass machines, ServiceCapabilities service)
    {
        var effective = machines.Effective;
        var listeners = service.Kinds.Contains(Kinds.Listeners)
            ? effective.All<Listener>().Where(l => service.Hosts(Kinds.Listeners, l.Item.Name)).SelectMany(l => ListenerNeeds.Of(effective, l.Item, l.Value))
            : [];
        var destinations = service.Kinds.Contains(Kinds.DestinationControls)
            ? effective.All<DestinationControl>().SelectMany(d => DestinationNeeds(d.Item.Item, d.Value))
            : [];
        var outbound = service.Kinds.Contains(Kinds.Outbound) && effective.Find<OutboundSettings>() is { } singleton
            ? OutboundNeeds(singleton.Item, singleton.Item.Document!.Read<OutboundSettings>())
            : [];
        return listeners.Concat(destinations).Concat(outbound).Concat(TrustNeeds(machines, service)).Concat(DriftNeeds(machines, service)).Distinct();
    }

    private static IEnumerable<(Item Item, string Feature, string What)> DestinationNeeds(Item item, DestinationControl destination)
    {
        if (destination.Tls != DestinationTls.Default) yield return (item, Features.DestinationTlsPrefix + EnumNames.Of(destination.Tls), $"TLS mode '{EnumNames.Of(destination.Tls)}'");
        if (destination.Match is not null) yield return (item, Features.DestinationMatch, "an own list of names");
        if (destination.Certificate is not null) yield return (item, Features.DestinationCertificate, "a client certificate of its own");
        if (destination.Dane is not (DaneMode.Opportunistic or DaneMode.Mandatory)) yield break;
        yield return (item, Features.DestinationDanePrefix + EnumNames.Of(destination.Dane.Value), $"DANE '{EnumNames.Of(destination.Dane.Value)}'");
        if (destination.Dane == DaneMode.Opportunistic && DestinationRules.IsStrict(destination.Tls))
            yield return (item, Features.DestinationDaneOpportunisticStrict, $"opportunistic DANE together with '{EnumNames.Of(destination.Tls)}'");
    }

    private static IEnumerable<(Item Item, string Feature, string What)> OutboundNeeds(Item item, OutboundSettings outbound)
    {
        if (outbound.Certificate is not null) yield return (item, Features.OutboundCertificate, "a global client certificate");
        if (outbound.Hostname is not null) yield return (item, Features.OutboundHostname, "a name of its own in EHLO");
    }

    private static IEnumerable<(Item Item, string Feature, string What)> TrustNeeds(MachineClass machines, ServiceCapabilities service)
    {
        var effective = machines.Effective;
        if (service.Kinds.Contains(Kinds.TrustedAuthorities))
        {
            foreach (var (item, _) in effective.All<TrustedAuthority>()) yield return (item.Item, Features.TrustCustom, "an authority of the cluster's own");
        }

        if (!service.Kinds.Contains(Kinds.Trust) || effective.Find<TrustSettings>() is not { } singleton) yield break;
        var trust = singleton.Item.Document!.Read<TrustSettings>();
        if (trust.UseSystem == false) yield return (singleton.Item, Features.TrustSystemSwitch, "leaving out the system's authorities");
        if (trust.ClientAuthorities is not null) yield return (singleton.Item, Features.TrustClientAuthorities, "an own list of authorities for client certificates");
    }

    private static IEnumerable<(Item Item, string Feature, string What)> DriftNeeds(MachineClass machines, ServiceCapabilities service)
    {
        if (machines.Effective.Find<AgentSettings>() is not { } singleton) yield break;
        if (singleton.Item.Document!.Read<AgentSettings>().Drift?.Of(service.Name) == DriftPolicy.Repair) yield return (singleton.Item, Features.DriftRepair, "drift policy 'repair'");
    }

    private static string Machines(MachineClass machines)
    {
        var names = string.Join(", ", machines.Machines.Take(3).Select(m => m.Name));
        return machines.Machines.Count <= 3 ? names : $"{names} and {machines.Machines.Count - 3} more";
    }
}
