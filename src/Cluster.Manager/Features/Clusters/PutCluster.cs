using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Makes the cluster of the path, or gives it the name of the body.</summary>
internal static class PutCluster
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapPut("/{c}", HandleAsync)
        .RequireAuthorization(Policies.Owner)
        .WithMetadata(new CreatesCluster())
        .Operation(
            "putCluster",
            "Makes the cluster of the path, or renames it to the name in the body.",
            "If-None-Match: * only creates.")
        .Body<ClusterWrite>(ClusterResponse.WriteExample)
        .Returns<ClusterShape>(example: ClusterResponse.Example)
        .Returns<ClusterShape>(StatusCodes.Status201Created);

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, ClusterMaking making, RenameCluster renaming, string c)
    {
        var body = await context.ReadAsync(RestJson.Default.ClusterWrite);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (ClusterResponse.CheckName(body.Value.Name) is { } failure) return Problem.Of(failure);
        if (context.Features.Get<ClusterScope>() is not null)
        {
            var renamed = await units.WriteAsync(context, (db, request, ct) => renaming.RenameAsync(db, request, body.Value.Name, ct));
            return renamed.Match(cluster => ClusterResponse.Answer(context, cluster));
        }

        if (context.CheckConditions(null) is { } precondition) return Problem.Of(precondition);
        if (body.Value.Name != c)
            return Problem.Of(CommonFailures.Invalid("/name", "name-differs", "To make a cluster, give the name of the path."));
        var made = await units.WriteAsync(context, (db, request, ct) => making.MakeAsync(db, request, c, ct));
        return ClusterResponse.Created(context, made);
    }
}
