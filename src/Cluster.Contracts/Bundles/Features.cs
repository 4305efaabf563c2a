namespace Cluster.Contracts.Bundles;

/// <summary>
/// Stable names of what a service can express; a driver announces them, <c>validate</c> refuses what no announcement covers.
/// </summary>
public static class Features
{
    /// <summary>A certificate per listener.</summary>
    public const string ListenerCertificate = "listener.certificate";

    /// <summary>A second certificate with another key kind.</summary>
    public const string ListenerAlternateCertificate = "listener.alternate-certificate";

    /// <summary>Certificates by server name.</summary>
    public const string ListenerSni = "listener.sni";

    /// <summary>TLS off, preferred and required of a whole listener.</summary>
    public const string ListenerTls = "listener.tls";

    /// <summary>Policies by sender group.</summary>
    public const string ListenerSenderGroups = "listener.sender-groups";

    /// <summary>Client certificates verified where TLS is required.</summary>
    public const string PolicyVerifyClientRequired = "policy.verify-client.required";

    /// <summary>Client certificates verified where TLS is preferred.</summary>
    public const string PolicyVerifyClientPreferred = "policy.verify-client.preferred";

    /// <summary>TLS mandatory for an address list.</summary>
    public const string PolicyTlsMandatoryFor = "policy.tls-mandatory-for";

    /// <summary>AUTH offered under TLS only.</summary>
    public const string PolicyRequireTlsForAuth = "policy.require-tls-for-auth";

    /// <summary>Prefix of the outbound modes, followed by the mode, for example <c>destination.tls.required-verify</c>.</summary>
    public const string DestinationTlsPrefix = "destination.tls.";

    /// <summary>A destination may be given less than the host's own configuration asks for.</summary>
    public const string DestinationOverrideHostPolicy = "destination.override-host-policy";

    /// <summary>Own name list of a destination.</summary>
    public const string DestinationMatch = "destination.match";

    /// <summary>Prefix of the DANE modes, followed by the mode.</summary>
    public const string DestinationDanePrefix = "destination.dane.";

    /// <summary>Opportunistic DANE where the mode is <c>required</c> or stricter: both are enforced.</summary>
    public const string DestinationDaneOpportunisticStrict = "destination.dane.opportunistic-strict";

    /// <summary>Own client certificate of a destination.</summary>
    public const string DestinationCertificate = "destination.certificate";

    /// <summary>Global client certificate.</summary>
    public const string OutboundCertificate = "outbound.certificate";

    /// <summary>Name given in EHLO.</summary>
    public const string OutboundHostname = "outbound.hostname";

    /// <summary>Custom authorities.</summary>
    public const string TrustCustom = "trust.custom";

    /// <summary>The system list can be left out.</summary>
    public const string TrustSystemSwitch = "trust.system-switch";

    /// <summary>Own list of authorities for client certificates.</summary>
    public const string TrustClientAuthorities = "trust.client-authorities";

    /// <summary>Client certificate towards LDAP servers.</summary>
    public const string LdapClientCertificate = "ldap.client-certificate";

    /// <summary>Own list of authorities for LDAP servers.</summary>
    public const string LdapTrustedAuthorities = "ldap.trusted-authorities";

    /// <summary>Client certificates towards services that the host uses.</summary>
    public const string ServiceClientCertificate = "service-client.certificate";

    /// <summary>HTTPS certificate of a management interface.</summary>
    public const string InterfaceHttpsCertificate = "interface.https-certificate";

    /// <summary>Prefix of the blocks of TLS protocols, followed by the block, for example <c>tls-protocols.https</c>.</summary>
    public const string TlsProtocolsPrefix = "tls-protocols.";

    /// <summary>Differences that people make on the host can be put right.</summary>
    public const string DriftRepair = "drift.repair";
}
