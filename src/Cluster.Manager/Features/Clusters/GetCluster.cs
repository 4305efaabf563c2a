using Cluster.Contracts.Clusters;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

internal static class GetCluster
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapGet("/{c}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getCluster",
            "Shows a cluster.",
            "state is forked after the database was found to be older than what managers or agents have seen.")
        .Returns<ClusterShape>(example: ClusterResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units)
    {
        var id = context.Cluster().Id;
        var cluster = await units.ReadAsync(context, (db, ct) => db.Clusters.SingleAsync(c => c.Id == id, ct));
        return cluster.Match(c => ClusterResponse.Answer(context, c));
    }
}
