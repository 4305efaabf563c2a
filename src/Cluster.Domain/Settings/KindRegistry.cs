using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>All kinds with their readers, rules and references: a new kind is one line here and one file of rules.</summary>
public static class KindRegistry
{
    private static readonly Dictionary<string, KindDefinition> Definitions = new KindDefinition[]
    {
        new KindDefinition<GroupSettings>(Kinds.Groups, ContractsJson.Default.GroupSettings, GroupRules.All),
        new KindDefinition<CertificateSettings>(Kinds.Certificates, ContractsJson.Default.CertificateSettings, CertificateRules.All),
        new KindDefinition<TrustedAuthority>(Kinds.TrustedAuthorities, ContractsJson.Default.TrustedAuthority, TrustedAuthorityRules.All),
        new KindDefinition<Listener>(Kinds.Listeners, ContractsJson.Default.Listener, ListenerRules.All, ListenerRules.References),
        new KindDefinition<MailFlowPolicy>(Kinds.MailFlowPolicies, ContractsJson.Default.MailFlowPolicy, MailFlowPolicyRules.All, MailFlowPolicyRules.References),
        new KindDefinition<DestinationControl>(Kinds.DestinationControls, ContractsJson.Default.DestinationControl, DestinationRules.All, DestinationRules.References),
        new KindDefinition<ManagementInterface>(Kinds.Interfaces, ContractsJson.Default.ManagementInterface, ManagementInterfaceRules.All, ManagementInterfaceRules.References),
        new KindDefinition<OutboundSettings>(Kinds.Outbound, ContractsJson.Default.OutboundSettings, OutboundRules.All, OutboundRules.References),
        new KindDefinition<TrustSettings>(Kinds.Trust, ContractsJson.Default.TrustSettings, TrustRules.All, TrustRules.References),
        new KindDefinition<AgentSettings>(Kinds.AgentSettings, ContractsJson.Default.AgentSettings, AgentSettingsRules.All),
    }.ToDictionary(d => d.Kind);

    /// <summary>All definitions.</summary>
    public static IReadOnlyCollection<KindDefinition> All => Definitions.Values;

    /// <summary>Returns a definition.</summary>
    /// <exception cref="KeyNotFoundException">There is no such kind.</exception>
    public static KindDefinition Get(string kind) => Definitions[kind];

    /// <summary>Finds a definition.</summary>
    /// <returns>Null when there is no such kind.</returns>
    public static KindDefinition? Find(string kind) => Definitions.GetValueOrDefault(kind);
}
