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
        var scope = context.Cluster();
        var patched = MergePatch.Apply(new ClusterWrite { Name = scope.Name }, patch.Value, RestJson.Default.ClusterWrite);
        if (!patched.Succeeded) return Problem.Of(patched.Failure);
        if (ClusterResponse.CheckName(patched.Value.Name) is { } failure) return Problem.Of(failure);
        var renamed = await units.WriteAsync(context, (db, request, ct) => renaming.RenameAsync(db, request, patched.Value.Name, ct));
        return renamed.Match(cluster => ClusterResponse.Answer(context, cluster));
    }
}
