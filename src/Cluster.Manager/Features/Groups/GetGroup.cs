using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Groups;

/// <summary>Shows a group.</summary>
internal static class GetGroup
{
    public static void Map(IEndpointRouteBuilder groups) => groups.MapGet("/{g}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Stageable()
        .Operation("getGroup", "Shows a group.")
        .Returns<GroupShape>(example: KnownGroup.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, GroupReading reading, string g)
    {
        var changeSet = WriteRequest.ChangeSetOf(context);
        if (!changeSet.Succeeded) return Problem.Of(changeSet.Failure);
        var cluster = context.Cluster().Id;
        var group = await database.ReadAsync((db, ct) => reading.OneAsync(db, cluster, changeSet.Value, g, ct), context.RequestAborted);
        return group.Match(found => Answers.Live(context, found.Show(), RestJson.Default.GroupShape, found.Tag));
    }
}
