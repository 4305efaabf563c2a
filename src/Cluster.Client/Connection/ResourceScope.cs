using Cluster.Client.Values;
using Cluster.Contracts.Rest;

namespace Cluster.Client.Connection;

/// <summary>What the clients of one cluster's resources share.</summary>
/// <param name="Transport">Sends.</param>
/// <param name="Cluster">Name of the cluster.</param>
/// <param name="ChangeSet">Change set that is read through and staged in; null = none.</param>
internal sealed record ResourceScope(RestTransport Transport, string Cluster, Guid? ChangeSet)
{
    /// <summary>Paths of the cluster.</summary>
    public ClusterRoutes Routes { get; } = Contracts.Rest.Routes.In(Cluster);

    /// <summary>The options of a read, with the scope's change set unless they name one.</summary>
    public ViewOptions? View(ViewOptions? options) =>
        ChangeSet is null || options?.ChangeSet is not null ? options : (options ?? new ViewOptions()) with { ChangeSet = ChangeSet };

    /// <summary>The options of a write, with the scope's change set unless they name one.</summary>
    public WriteOptions? Write(WriteOptions? options) =>
        ChangeSet is null || options?.ChangeSet is not null ? options : (options ?? new WriteOptions()) with { ChangeSet = ChangeSet };
}
