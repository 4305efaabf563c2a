using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Makes a cluster with the group <c>main</c> and the certificate <c>demo</c>.</summary>
internal static class CreateCluster
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Owner)
        .Operation(
            "createCluster",
            "Makes a cluster with the group main, the certificate demo and no revision yet.",
            "The caller needs the role owner. Names are unique in the installation.")
        .Body<ClusterWrite>(ClusterResponse.WriteExample)
        .Returns<ClusterShape>(StatusCodes.Status201Created, ClusterResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, ClusterMaking making)
    {
        var body = await context.ReadAsync(RestJson.Default.ClusterWrite);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (ClusterResponse.CheckName(body.Value.Name) is { } failure) return Problem.Of(failure);
        var made = await units.WriteAsync(context, (db, request, ct) => making.MakeAsync(db, request, body.Value.Name, ct));
        return ClusterResponse.Created(context, made);
    }
}
