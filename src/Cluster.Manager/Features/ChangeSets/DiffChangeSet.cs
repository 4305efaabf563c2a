using Cluster.Contracts.Diffs;
using Cluster.Contracts.Json;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Shows what a change set would change, compared with what runs.</summary>
internal static class DiffChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapGet("/{id}/diff", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "diffChangeSet",
            "Shows what the change set would change, and what that does to machines.",
            "The change set is compared with what runs now. The answer lists changed members and which machines and services would be "
                + "reloaded.")
        .Returns<DiffShape>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, StagedChanges staged, string id)
    {
        var outcome = await units.ReadAsync(context, async (db, ct) =>
        {
            var found = await staged.ReadAsync(db, context.Cluster().Id, id, ct);
            var change = found.Change;
            var ledger = await KeyLedger.ReadAsync(db, found.Record.ClusterId, ct);
            return new DiffShape
            {
                From = change.Before.Revision,
                Changes = [.. change.Changes().Select(c => ChangeResponse.Show(c, change.Fleet))],
                Replacements = ReplacementResponse.Show(change.Replacements(), change.Fleet),
                Impact = ChangeResponse.Show(change.Impact(ledger)),
            };
        });
        return outcome.Match(diff => JsonReplies.Json(diff, RestJson.Default.DiffShape));
    }
}
