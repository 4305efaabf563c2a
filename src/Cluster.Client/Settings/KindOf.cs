using Cluster.Contracts.Settings;

namespace Cluster.Client.Settings;

/// <summary>The kind of a settings record.</summary>
internal static class KindOf
{
    private static readonly Dictionary<Type, string> All = new()
    {
        [typeof(Listener)] = Kinds.Listeners,
        [typeof(MailFlowPolicy)] = Kinds.MailFlowPolicies,
        [typeof(DestinationControl)] = Kinds.DestinationControls,
        [typeof(ManagementInterface)] = Kinds.Interfaces,
        [typeof(TrustedAuthority)] = Kinds.TrustedAuthorities,
        [typeof(OutboundSettings)] = Kinds.Outbound,
        [typeof(TrustSettings)] = Kinds.Trust,
        [typeof(AgentSettings)] = Kinds.AgentSettings,
    };

    public static string Of<T>() => All[typeof(T)];
}
