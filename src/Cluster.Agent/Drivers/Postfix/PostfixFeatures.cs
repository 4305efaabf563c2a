using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers.Postfix;

/// <summary>What this driver can express; everything else is refused when it is validated and when it is staged.</summary>
internal static class PostfixFeatures
{
    /// <summary>Stable names, of <see cref="Features"/>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Features.ListenerCertificate,
        Features.ListenerAlternateCertificate,
        Features.ListenerSni,
        Features.ListenerTls,
        Features.ListenerSenderGroups,
        Features.PolicyVerifyClientRequired,
        Features.PolicyTlsMandatoryFor,
        Features.PolicyRequireTlsForAuth,
        Features.DestinationTlsPrefix + "default",
        Features.DestinationTlsPrefix + "none",
        Features.DestinationTlsPrefix + "preferred",
        Features.DestinationTlsPrefix + "required",
        Features.DestinationTlsPrefix + "preferred-verify",
        Features.DestinationTlsPrefix + "required-verify",
        Features.DestinationTlsPrefix + "required-verify-hosted-domains",
        Features.DestinationMatch,
        Features.DestinationOverrideHostPolicy,
        Features.DestinationDanePrefix + "none",
        Features.DestinationDanePrefix + "opportunistic",
        Features.DestinationDanePrefix + "mandatory",
        Features.DestinationCertificate,
        Features.OutboundCertificate,
        Features.OutboundHostname,
        Features.TrustCustom,
        Features.TrustSystemSwitch,
        Features.TrustClientAuthorities,
        Features.TlsProtocolsPrefix + TlsProtocolBlock.SmtpInbound,
        Features.TlsProtocolsPrefix + TlsProtocolBlock.SmtpOutbound,
    ];
}
