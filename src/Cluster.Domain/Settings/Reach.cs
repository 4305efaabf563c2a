namespace Cluster.Domain.Settings;

/// <summary>Where the documents of a kind go.</summary>
public enum Reach
{
    /// <summary>Nowhere: the manager itself acts on them.</summary>
    Manager,

    /// <summary>To every service that announces the kind.</summary>
    Service,

    /// <summary>To the service that hosts the endpoint of that name.</summary>
    HostedEndpoint,

    /// <summary>To a service that announces the kind and gets a document that names it.</summary>
    Referenced,

    /// <summary>What they lead to goes along instead of them: certificates with their chain, trust with its authorities.</summary>
    Resolved,
}
