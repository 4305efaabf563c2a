using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
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
            "If-None-Match: * only creates. What GET answered can be sent back: members that are computed are taken when they are "
                + "unchanged.")
        .Body<ClusterWrite>(ClusterResponse.WriteExample)
        .Returns<ClusterShape>(example: ClusterResponse.Example)
        .Returns<ClusterShape>(StatusCodes.Status201Created);

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, ClusterMaking making, RenameCluster renaming, string c)
    {
        var body = await context.ReadJsonAsync("application/json");
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (context.Features.Get<ClusterScope>() is not null)
        {
            var renamed = await units.WriteAsync(context, async (db, request, ct) =>
            {
                var cluster = await RenameCluster.OpenAsync(db, request, ct);
                return await renaming.RenameAsync(db, request, cluster, ClusterBody.Read(body.Value, cluster).Name, ct);
            });
            return renamed.Match(cluster => ClusterResponse.Answer(context, cluster));
        }

        if (context.CheckConditions(null) is { } precondition) return Problem.Of(precondition);
        var made = await units.WriteAsync(context, async (db, request, ct) =>
        {
            if (ClusterBody.Read(body.Value, null).Name != c) throw new RefusedException(NameDiffers);
            return await making.MakeAsync(db, request, c, ct);
        });
        return ClusterResponse.Created(context, made);
    }

    private static Failure NameDiffers { get; } =
        CommonFailures.Invalid("/name", FieldErrorCodes.NameDiffers, "To make a cluster, give the name of the path.");
}
