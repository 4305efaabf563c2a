using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

internal static class GetChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapGet("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getChangeSet",
            "Shows a change set.",
            "Shows author, description, state and the number of edits.")
        .Returns<ChangeSetShape>(example: ChangeSetResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, string id)
    {
        var found = await units.ReadAsync(context, async (db, ct) =>
        {
            var record = await ChangeSetResponse.FindAsync(db, context.Cluster().Id, id, ct);
            return (Record: record, Edits: await db.ChangeSetEdits.CountAsync(e => e.ChangeSetId == record.Id, ct));
        });
        return found.Match(
            f => JsonReplies.Tagged(
                context,
                ChangeSetResponse.Show(f.Record, f.Edits),
                RestJson.Default.ChangeSetShape,
                ChangeSetResponse.Tag(f.Record)));
    }
}
