using Cluster.Client.Connection;
using Cluster.Client.Values;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.Rest;

namespace Cluster.Client.Clusters;

/// <summary>Clusters of the installation.</summary>
public sealed class ClustersClient
{
    private readonly RestTransport transport;

    internal ClustersClient(RestTransport transport) => this.transport = transport;

    /// <summary>Makes a cluster with the group <c>main</c>.</summary>
    public Task<Written<ClusterShape>> CreateAsync(string name, WriteOptions? options = null, CancellationToken ct = default) =>
        transport.WriteAsync<ClusterWrite, ClusterShape>(HttpMethod.Post, Routes.Clusters, new ClusterWrite { Name = name }, options, ct);

    /// <summary>Reads a cluster; fails with the problem <c>not-found</c> when there is none.</summary>
    public Task<Versioned<ClusterShape>> GetAsync(string name, CancellationToken ct = default) =>
        transport.GetAsync<ClusterShape>(Routes.In(name).Self, null, ct);

    /// <summary>Lists the clusters that the token has a grant in.</summary>
    public IAsyncEnumerable<ClusterShape> ListAsync(CancellationToken ct = default) =>
        transport.ListAsync<ClusterShape>(() => new RestRequest(HttpMethod.Get, Routes.Clusters), ct);

    /// <summary>Gives a cluster another name.</summary>
    public Task<Written<ClusterShape>> RenameAsync(
        string name, string newName, WriteOptions? options = null, CancellationToken ct = default) =>
        transport.WriteAsync<ClusterWrite, ClusterShape>(
            HttpMethod.Patch, Routes.In(name).Self, new ClusterWrite { Name = newName }, options, ct);

    /// <summary>Deletes a cluster in which no machine is left, with everything in it.</summary>
    public Task<ChangeReceipt> DeleteAsync(string name, WriteOptions? options = null, CancellationToken ct = default) =>
        transport.DeleteAsync(Routes.In(name).Self, options, ct);
}
