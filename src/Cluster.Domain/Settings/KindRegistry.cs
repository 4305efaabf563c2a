using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>All kinds with their readers, rules and references: a new kind is one line here and one file of rules.</summary>
public static class KindRegistry
{
    private static readonly Dictionary<string, KindDefinition> Definitions = new KindDefinition[]
    {
        new KindDefinition<GroupSettings>(Reach.Manager, GroupRules.All),
        new KindDefinition<CertificateSettings>(Reach.Resolved, CertificateRules.All),
        new KindDefinition<TrustedAuthority>(Reach.Referenced, TrustedAuthorityRules.All) { PutBackWhenHidden = true },
        new KindDefinition<Listener>(Reach.HostedEndpoint, ListenerRules.All, ListenerRules.References) { PutBackWhenHidden = true },
        new KindDefinition<MailFlowPolicy>(Reach.Referenced, MailFlowPolicyRules.All, MailFlowPolicyRules.References),
        new KindDefinition<DestinationControl>(Reach.Service, DestinationRules.All, DestinationRules.References) { PutBackWhenHidden = true },
        new KindDefinition<ManagementInterface>(Reach.HostedEndpoint, ManagementInterfaceRules.All, ManagementInterfaceRules.References),
        new KindDefinition<OutboundSettings>(Reach.Service, OutboundRules.All, OutboundRules.References),
        new KindDefinition<TrustSettings>(Reach.Resolved, TrustRules.All, TrustRules.References),
        new KindDefinition<AgentSettings>(Reach.Manager, AgentSettingsRules.All),
    }.ToDictionary(d => d.Kind);

    /// <summary>All definitions.</summary>
    public static IReadOnlyCollection<KindDefinition> All => Definitions.Values;

    /// <summary>Kinds whose items configure an endpoint: an address and port at which clients reach a service of a host.</summary>
    public static IReadOnlyList<string> Endpoints { get; } = [.. Definitions.Values.Where(d => d.Reach == Reach.HostedEndpoint).Select(d => d.Kind)];

    /// <summary>Returns a definition.</summary>
    /// <exception cref="KeyNotFoundException">There is no such kind.</exception>
    public static KindDefinition Get(string kind) => Definitions[kind];

    /// <summary>Finds a definition.</summary>
    /// <returns>Null when there is no such kind.</returns>
    public static KindDefinition? Find(string kind) => Definitions.GetValueOrDefault(kind);
}
