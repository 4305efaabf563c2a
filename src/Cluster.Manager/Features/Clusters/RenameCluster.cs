using System.Text.Json.Nodes;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Renames a cluster: its id, grants and machines are untouched.</summary>
internal sealed class RenameCluster(AuditTrail audit)
{
    /// <summary>Locks the cluster of a request and checks the request's conditions.</summary>
    public static async Task<ManagedCluster> OpenAsync(ClusterDbContext db, WriteRequest request, CancellationToken ct)
    {
        var cluster = await db.Unit.LockClusterAsync(request.ClusterId, ct)
            ?? throw new RefusedException(CommonFailures.NotFound("cluster", request.Cluster.Name));
        request.CheckConditions(ClusterResponse.Tag(cluster));
        return cluster;
    }

    /// <summary>Gives an opened cluster a name; its own changes nothing.</summary>
    public async Task<ManagedCluster> RenameAsync(
        ClusterDbContext db, WriteRequest request, ManagedCluster cluster, string name, CancellationToken ct)
    {
        if (cluster.Name == name) return cluster;
        if (await db.Clusters.AnyAsync(c => c.Name == name, ct)) throw new RefusedException(CommonFailures.NameTaken("cluster", name));
        var entry = request.Audit("cluster.rename", $"clusters/{name}", new JsonObject { ["from"] = cluster.Name });
        cluster.Name = name;
        await audit.AppendAsync(db, entry, ct);
        return cluster;
    }
}
