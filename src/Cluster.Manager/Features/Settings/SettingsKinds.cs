using Cluster.Contracts.Settings;

namespace Cluster.Manager.Features.Settings;

/// <summary>The kinds that REST serves in the same way, with their words and examples.</summary>
internal static class SettingsKinds
{
    /// <summary>Certificates: their reading, making and moving has endpoints of its own.</summary>
    public static SettingsKind Certificates { get; } = new SettingsKind<CertificateSettings>(
        "Certificate",
        "certificate",
        """{"version":2,"labels":{"owner":"mail"}}""",
        """{"labels":{"owner":"mail"}}""");

    /// <summary>Trusted authorities: they also come in as files.</summary>
    public static SettingsKind TrustedAuthorities { get; } = new SettingsKind<TrustedAuthority>(
        "TrustedAuthority",
        "trusted authority",
        """{"certificates":"-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----\n","enabled":true}""",
        """{"enabled":false}""");

    /// <summary>Listeners: their sender groups also come as text.</summary>
    public static SettingsKind Listeners { get; } = new SettingsKind<Listener>(
        "Listener",
        "listener",
        """{"type":"public","port":25,"hostname":"mx.example.org","certificate":"mx","defaultPolicy":"accept"}""",
        """{"certificate":"mx-2027"}""") { BodyMebibytes = 4 };

    /// <summary>All others.</summary>
    public static IReadOnlyList<SettingsKind> Plain { get; } =
    [
        TrustedAuthorities,
        Listeners,
        new SettingsKind<MailFlowPolicy>("MailFlowPolicy", "mail flow policy", """{"tls":"required"}""", """{"tls":"required"}"""),
        new SettingsKind<DestinationControl>(
            "DestinationControl",
            "destination control",
            """{"tls":"required-verify"}""",
            """{"alertOnFailure":true}""") { NameMember = "domain" },
        new SettingsKind<ManagementInterface>(
            "ManagementInterface",
            "management interface",
            """{"hostname":"gw1-admin.example.org","port":443,"httpsCertificate":"admin"}""",
            """{"httpsCertificate":"admin-2027"}"""),
        new SettingsKind<OutboundSettings>(
            "OutboundSettings",
            "settings of outgoing connections",
            """{"certificate":"client","hostname":"out.example.org"}""",
            """{"certificate":"client"}"""),
        new SettingsKind<TrustSettings>(
            "TrustSettings", "trust settings", """{"useSystem":true,"useCustom":true}""", """{"useSystem":false}"""),
        new SettingsKind<AgentSettings>(
            "AgentSettings", "agent settings", """{"identityLifetime":"30d"}""", """{"drift":{"default":"repair"}}"""),
        new SettingsKind<AlertSettings>(
            "AlertSettings",
            "alert settings",
            """{"recipients":[{"name":"operators","classes":["certificates","drift"],"severity":"warning","emails":["ops@example.org"]}],"thresholds":{"certificateDays":[30,7,1],"machineOfflineAfter":"15m"}}""",
            """{"thresholds":{"machineOfflineAfter":"1h"}}"""),
        new SettingsKind<LdapSettings>(
            "LdapSettings",
            "settings of LDAP connections",
            """{"clientCertificate":"client","trustedAuthorities":["directory"]}""",
            """{"clientCertificate":"client-2027"}"""),
        new SettingsKind<ServiceClient>(
            "ServiceClient", "service client", """{"certificate":"client"}""", """{"certificate":"client-2027"}"""),
        new SettingsKind<AddressList>(
            "AddressList",
            "address list",
            """{"addresses":["alice@example.org","@partner.example"]}""",
            """{"addresses":["@partner.example"]}"""),
    ];
}
