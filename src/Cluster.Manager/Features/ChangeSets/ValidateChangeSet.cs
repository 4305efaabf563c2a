using Cluster.Contracts.ChangeSets;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Says everything that a commit would meet, without committing.</summary>
internal static class ValidateChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapPost("/{id}/validate", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("validateChangeSet", "Reports all findings, the impact and the codes that a commit must name; changes nothing.")
        .Returns<ValidationShape>()
        .WithoutDryRun();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, StagedChange staged, string id)
    {
        var outcome = await database.ReadAsync(async (db, ct) =>
        {
            var found = await staged.ReadAsync(context, db, id, ct);
            if (!found.Succeeded) return found.Failure;
            if (context.CheckConditions(ChangeSetResponse.Tag(found.Value.Record)) is { } changed) return changed;
            var open = await Staging.OpenAsync(db, found.Value.Record.ClusterId, found.Value.Record.Id, ct);
            if (!open.Succeeded) return open.Failure;
            var (_, edits, change) = found.Value;
            if (ChangeSetRules.Conflicts(change.Before, edits) is { Count: > 0 } conflicts) return await CommitFailures.ConflictAsync(db, change, conflicts, ct);
            var ledger = await KeyLedger.ReadAsync(db, found.Value.Record.ClusterId, ct);
            return Outcome.Of(new ValidationShape
            {
                Findings = change.Findings(),
                Blocking = [.. change.Blocking().Select(f => f.Id!)],
                Impact = ChangeResponse.Show(change.Impact(ledger)),
                Acknowledge = change.Dangers(),
            });
        }, context.RequestAborted);
        return outcome.Match(validation => Answers.Json(validation, ChangeSetsJson.Default.ValidationShape));
    }
}
