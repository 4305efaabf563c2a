using Cluster.Contracts.Clusters;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Shows a cluster.</summary>
internal static class GetCluster
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapGet("/{c}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("getCluster", "Shows a cluster.")
        .Returns<ClusterShape>(example: ClusterResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database)
    {
        var id = context.Cluster().Id;
        var cluster = await database.ReadAsync((db, ct) => db.Clusters.SingleAsync(c => c.Id == id, ct), context.RequestAborted);
        return ClusterResponse.Answer(context, cluster);
    }
}
