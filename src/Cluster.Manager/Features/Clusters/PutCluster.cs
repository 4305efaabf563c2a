using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Makes the cluster of the path, or gives it the name of the body.</summary>
internal static class PutCluster
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapPut("/{c}", HandleAsync)
        .RequireAuthorization(Policies.Owner)
        .WithMetadata(new CreatesCluster())
        .Operation("putCluster", "Makes the cluster of the path, or renames it to the name in the body.")
        .Body<ClusterWrite>(ClusterResponse.WriteExample)
        .Returns<ClusterShape>(example: ClusterResponse.Example)
        .Returns<ClusterShape>(StatusCodes.Status201Created);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, ClusterMaking making, RenameCluster renaming, string c)
    {
        var body = await context.ReadAsync(RestJson.Default.ClusterWrite);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (ClusterResponse.CheckName(body.Value.Name) is { } failure) return Problem.Of(failure);
        if (context.Features.Get<ClusterScope>() is { } scope)
        {
            var renamed = await database.WriteAsync(scope.Id, (db, ct) => renaming.RenameAsync(context, db, body.Value.Name, ct), context.RequestAborted);
            return renamed.Match(cluster => ClusterResponse.Answer(context, cluster));
        }

        if (context.CheckConditions(null) is { } precondition) return Problem.Of(precondition);
        if (body.Value.Name != c) return Problem.Of(CommonFailures.Invalid("/name", "name-differs", "To make a cluster, give the name of the path."));
        var made = await database.WriteAsync(null, (db, ct) => making.MakeAsync(context, db, c, ct), context.RequestAborted);
        return made.Match(m => Answers.Created(context, $"/api/v1/clusters/{m.Name}", ClusterResponse.Show(m), RestJson.Default.ClusterShape, ClusterResponse.Tag(m)));
    }
}
