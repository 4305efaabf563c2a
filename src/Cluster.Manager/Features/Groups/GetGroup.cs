using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Groups;

internal static class GetGroup
{
    public static void Map(IEndpointRouteBuilder groups) => groups.MapGet("/{g}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Stageable()
        .Operation(
            "getGroup",
            "Shows a group.",
            "Shows the description and the number of machines. What the group defines is listed by the settings with level=group:NAME.")
        .Returns<GroupShape>(example: KnownGroup.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, GroupReading reading, string g)
    {
        var group = await units.ReadAsync(
            context, (db, ct) => reading.OneAsync(db, context.Cluster().Id, WriteRequest.ChangeSetOf(context).OrRefuse(), g, ct));
        return group.Match(found => JsonReplies.Live(context, found.Show(), RestJson.Default.GroupShape, found.Tag));
    }
}
