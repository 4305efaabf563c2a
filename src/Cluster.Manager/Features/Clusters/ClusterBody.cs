using System.Text.Json;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Reads what is written of a cluster, inside of a unit of work: what GET answered can be sent back.</summary>
internal static class ClusterBody
{
    /// <summary>Reads a body; refuses one that does not fit.</summary>
    /// <param name="body">What was sent, or what a patch makes of the cluster.</param>
    /// <param name="current">The cluster; null = it does not exist.</param>
    public static ClusterWrite Read(JsonElement body, ManagedCluster? current)
    {
        var shown = current is null ? null : ClusterResponse.Show(current);
        var asked = ComputedMembers.Read(body, shown, RestJson.Default.ClusterShape, RestJson.Default.ClusterWrite).OrRefuse();
        ClusterResponse.CheckName(asked.Name).OrRefuse();
        return asked;
    }
}
