using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Makes a cluster with the group <c>main</c> and the certificate <c>demo</c>.</summary>
internal static class CreateCluster
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapPost("", HandleAsync)
        .RequireAuthorization(Policies.Owner)
        .Operation("createCluster", "Makes a cluster with the group main, the certificate demo and no revision yet.")
        .Body<ClusterWrite>(ClusterResponse.WriteExample)
        .Returns<ClusterShape>(StatusCodes.Status201Created, ClusterResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, ClusterMaking making)
    {
        var body = await context.ReadAsync(RestJson.Default.ClusterWrite);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (ClusterResponse.CheckName(body.Value.Name) is { } failure) return Problem.Of(failure);
        var made = await database.WriteAsync(null, (db, ct) => making.MakeAsync(context, db, body.Value.Name, ct), context.RequestAborted);
        return made.Match(c => Answers.Created(context, $"/api/v1/clusters/{c.Name}", ClusterResponse.Show(c), RestJson.Default.ClusterShape, ClusterResponse.Tag(c)));
    }
}
