namespace Cluster.Contracts.Settings;

/// <summary>The kinds of items; a kind is the path segment under a cluster.</summary>
public static class Kinds
{
    /// <summary>Groups of machines: existence and settings of the group itself.</summary>
    public const string Groups = "groups";

    /// <summary>Certificates.</summary>
    public const string Certificates = "certificates";

    /// <summary>Custom certificate authorities.</summary>
    public const string TrustedAuthorities = "trusted-authorities";

    /// <summary>SMTP listeners.</summary>
    public const string Listeners = "listeners";

    /// <summary>Mail flow policies.</summary>
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

    /// <summary>The name that a singleton has in edits, diffs and findings.</summary>
    public const string SingletonName = "-";

    /// <summary>The schema version that this build writes with every document.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Kinds of named objects that can be defined at every level.</summary>
    public static IReadOnlyList<string> Named { get; } = [Certificates, TrustedAuthorities, Listeners, MailFlowPolicies, DestinationControls, Interfaces];

    /// <summary>Kinds of which there is one object a level.</summary>
    public static IReadOnlyList<string> Singletons { get; } = [Outbound, Trust, AgentSettings];

    /// <summary>Kinds whose items configure an endpoint: an address and port at which clients reach a service of a host.</summary>
    public static IReadOnlyList<string> Endpoints { get; } = [Listeners, Interfaces];

    /// <summary>Whether a kind is a singleton.</summary>
    public static bool IsSingleton(string kind) => kind is Outbound or Trust or AgentSettings;
}
