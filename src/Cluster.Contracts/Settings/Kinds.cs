namespace Cluster.Contracts.Settings;

/// <summary>
/// The kinds of items; a kind is the path segment under a cluster. Code asks the record of a kind, <see cref="ISettingsDocument.Kind"/>,
/// not these names.
/// </summary>
public static class Kinds
{
    /// <summary>Groups of machines: existence and settings of the group itself.</summary>
    public const string Groups = "groups";

    /// <summary>Stable names whose content is a numbered version: leaf, chain and key.</summary>
    public const string Certificates = "certificates";

    /// <summary>Custom certificate authorities.</summary>
    public const string TrustedAuthorities = "trusted-authorities";

    /// <summary>SMTP listeners.</summary>
    public const string Listeners = "listeners";

    /// <summary>TLS and client certificate demands that listeners and sender groups refer to.</summary>
    public const string MailFlowPolicies = "mail-flow-policies";

    /// <summary>Destination controls, one per domain.</summary>
    public const string DestinationControls = "destination-controls";

    /// <summary>Management interfaces.</summary>
    public const string Interfaces = "interfaces";

    /// <summary>Settings of outgoing connections; a singleton.</summary>
    public const string Outbound = "outbound";

    /// <summary>Which authorities are trusted; a singleton.</summary>
    public const string Trust = "trust";

    /// <summary>Settings of the agents; a singleton.</summary>
    public const string AgentSettings = "agent-settings";

    /// <summary>Who is told of what; a singleton.</summary>
    public const string AlertSettings = "alert-settings";

    /// <summary>Connections to LDAP servers; a singleton.</summary>
    public const string Ldap = "ldap";

    /// <summary>Client certificates of services that the hosts use.</summary>
    public const string ServiceClients = "service-clients";

    /// <summary>Lists of mail addresses.</summary>
    public const string AddressLists = "address-lists";

    /// <summary>Versions and ciphers of TLS, an item for each block.</summary>
    public const string TlsProtocols = "tls-protocols";

    /// <summary>The name that a singleton has in edits, diffs and findings.</summary>
    public const string SingletonName = "-";

    /// <summary>The schema version that this build writes with every document.</summary>
    public const int SchemaVersion = 1;
}
