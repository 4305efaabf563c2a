namespace Cluster.Domain.Settings;

/// <summary>All kinds: a new one is one line here and one class beside this.</summary>
public static class KindRegistry
{
    private static readonly Dictionary<string, KindDefinition> Definitions = new KindDefinition[]
    {
        new GroupKind(),
        new CertificateKind(),
        new TrustedAuthorityKind(),
        new ListenerKind(),
        new MailFlowPolicyKind(),
        new AddressListKind(),
        new DestinationControlKind(),
        new ManagementInterfaceKind(),
        new OutboundKind(),
        new TrustKind(),
        new AgentSettingsKind(),
        new AlertSettingsKind(),
        new LdapKind(),
        new ServiceClientKind(),
        new TlsProtocolKind(),
    }.ToDictionary(d => d.Kind);

    /// <summary>In the order in which people are shown them.</summary>
    public static IReadOnlyCollection<KindDefinition> All => Definitions.Values;

    /// <summary>Kinds whose items configure an endpoint: an address and port at which clients reach a service of a host.</summary>
    public static IReadOnlyList<string> Endpoints { get; } = [
        .. Definitions.Values.Where(d => d.Reach == Reach.HostedEndpoint).Select(d => d.Kind)
    ];

    /// <summary>Returns a definition.</summary>
    /// <exception cref="KeyNotFoundException">There is no such kind.</exception>
    public static KindDefinition Get(string kind) => Definitions[kind];

    /// <summary>Finds a definition.</summary>
    /// <returns>Null when there is no such kind.</returns>
    public static KindDefinition? Find(string kind) => Definitions.GetValueOrDefault(kind);
}
