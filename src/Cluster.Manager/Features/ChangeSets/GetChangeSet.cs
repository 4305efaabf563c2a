using Cluster.Contracts.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Shows a change set.</summary>
internal static class GetChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapGet("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("getChangeSet", "Shows a change set.")
        .Returns<ChangeSetShape>(example: ChangeSetResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, string id)
    {
        var found = await database.ReadAsync(async (db, ct) =>
        {
            var record = await ChangeSetResponse.FindAsync(context, db, id, ct);
            if (!record.Succeeded) return record.Failure;
            var edits = await db.ChangeSetEdits.CountAsync(e => e.ChangeSetId == record.Value.Id, ct);
            return Outcome.Of((Record: record.Value, Edits: edits));
        }, context.RequestAborted);
        return found.Match(f => Answers.Tagged(context, ChangeSetResponse.Show(f.Record, f.Edits), ChangeSetsJson.Default.ChangeSetShape, ChangeSetResponse.Tag(f.Record)));
    }
}
