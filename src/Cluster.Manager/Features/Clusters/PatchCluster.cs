using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Renames a cluster.</summary>
internal static class PatchCluster
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapPatch("/{c}", HandleAsync)
        .RequireAuthorization(Policies.Owner)
        .Operation(
            "patchCluster",
            "Renames a cluster; ids, grants and machines stay.",
            "Grants, join tokens and machines refer to the cluster by id, so nothing else changes.")
        .Patch<ClusterWrite>("""{"name":"mail-eu"}""")
        .Returns<ClusterShape>(example: ClusterResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, RenameCluster renaming)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var renamed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var cluster = await RenameCluster.OpenAsync(db, request, ct);
            var merged = MergePatch.Merge(new JsonObject { ["name"] = cluster.Name }, patch.Value);
            var asked = ClusterBody.Read(JsonSerializer.SerializeToElement(merged, RestJson.Default.JsonObject), cluster);
            return await renaming.RenameAsync(db, request, cluster, asked.Name, ct);
        });
        return renamed.Match(cluster => ClusterResponse.Answer(context, cluster));
    }
}
