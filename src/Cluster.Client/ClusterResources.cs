using Cluster.Client.Audit;
using Cluster.Client.Certificates;
using Cluster.Client.ChangeSets;
using Cluster.Client.Connection;
using Cluster.Client.Findings;
using Cluster.Client.Groups;
using Cluster.Client.JoinTokens;
using Cluster.Client.Machines;
using Cluster.Client.Revisions;
using Cluster.Client.Rollouts;
using Cluster.Client.Settings;
using Cluster.Client.Values;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Settings;

namespace Cluster.Client;

/// <summary>What is in one cluster, seen directly or through a change set.</summary>
public sealed class ClusterResources
{
    private readonly ResourceScope scope;

    internal ClusterResources(RestTransport transport, string cluster, Guid? changeSet) =>
        scope = new ResourceScope(transport, cluster, changeSet);

    /// <summary>Label by which paths name the cluster.</summary>
    public string Name => scope.Cluster;

    /// <summary>Certificates, their versions and their signing.</summary>
    public CertificatesClient Certificates => new(scope);

    /// <summary>Signing requests of all certificates.</summary>
    public SigningRequestsClient SigningRequests => new(scope);

    /// <summary>Trusted authorities as files; their documents are settings.</summary>
    public AuthoritiesClient Authorities => new(scope);

    /// <summary>Groups of machines.</summary>
    public GroupsClient Groups => new(scope);

    /// <summary>Hosts of the cluster, and what they report.</summary>
    public MachinesClient Machines => new(scope);

    /// <summary>Tokens by which hosts join.</summary>
    public JoinTokensClient JoinTokens => new(scope);

    /// <summary>Staged edits.</summary>
    public ChangeSetsClient ChangeSets => new(scope);

    /// <summary>History of the configuration: compare, roll back, undo, confirm.</summary>
    public RevisionsClient Revisions => new(scope);

    /// <summary>How revisions reach the machines.</summary>
    public RolloutsClient Rollouts => new(scope);

    /// <summary>What is found in the running configuration, and what people changed on hosts.</summary>
    public FindingsClient Findings => new(scope);

    /// <summary>Audit events of the cluster.</summary>
    public AuditClient Audit => new(scope.Transport, scope.Routes.Audit);

    /// <summary>TLS versions and ciphers.</summary>
    public TlsProtocolsClient TlsProtocols => new(scope);

    /// <summary>The sender groups of listeners as text.</summary>
    public SenderGroupsClient SenderGroups => new(scope);

    /// <summary>
    /// The same cluster through a change set: settings, certificates and groups are read as if it were committed, and writes to them are
    /// staged in it.
    /// </summary>
    public ClusterResources InChangeSet(Guid id) => new(scope.Transport, scope.Cluster, id);

    /// <summary>Named settings of one kind.</summary>
    /// <typeparam name="T">Record of the kind, for example <see cref="Listener"/>.</typeparam>
    public SettingsClient<T> Settings<T>()
        where T : class, ISettingsDocument => new(scope);

    /// <summary>Settings of a kind of which each level has one.</summary>
    /// <typeparam name="T">Record of the kind, for example <see cref="OutboundSettings"/>.</typeparam>
    public SingletonClient<T> Singleton<T>()
        where T : class, ISingletonDocument => new(scope);
}
