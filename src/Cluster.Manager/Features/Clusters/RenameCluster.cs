using System.Text.Json.Nodes;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Renames a cluster: its id, grants and machines are untouched.</summary>
internal sealed class RenameCluster(AuditTrail audit)
{
    /// <summary>Renames under the cluster's lock.</summary>
    public async Task<Outcome<ManagedCluster>> RenameAsync(HttpContext context, ClusterDbContext db, string name, CancellationToken ct)
    {
        var id = context.Cluster().Id;
        if (await db.Unit.LockClusterAsync(id, ct) is not { } cluster) return CommonFailures.NotFound("cluster", context.Cluster().Name);
        if (context.CheckConditions(ClusterResponse.Tag(cluster)) is { } failure) return failure;
        if (cluster.Name == name) return cluster;
        if (await db.Clusters.AnyAsync(c => c.Name == name, ct)) return CommonFailures.NameTaken("cluster", name);
        var entry = context.Audit("cluster.rename", $"clusters/{name}", new JsonObject { ["from"] = cluster.Name });
        cluster.Name = name;
        await audit.AppendAsync(db, entry, ct);
        if (context.IsDryRun()) db.Unit.RollBack();
        return cluster;
    }
}
