using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Domain.ChangeSets;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Says everything that a commit would meet, without committing.</summary>
internal static class ValidateChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapPost("/{id}/validate", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "validateChangeSet",
            "Reports all findings, the impact and the codes that a commit must name; changes nothing.",
            "Run it before committing: the same checks decide about the commit.")
        .Returns<ValidationShape>()
        .WithoutDryRun();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, StagedChanges staged, string id)
    {
        var validated = await units.ReadAsync(context, async (db, ct) =>
        {
            var (record, edits, change) = await staged.ReadAsync(db, context.Cluster().Id, id, ct);
            context.CheckConditions(ChangeSetResponse.Tag(record)).OrRefuse();
            await Staging.OpenAsync(db, record.ClusterId, record.Id, ct);
            if (ChangeSetRules.Conflicts(change.Before, edits) is { Count: > 0 } conflicts)
                throw new RefusedException(await CommitFailures.ConflictAsync(db, change, conflicts, ct));
            return (Change: change, Ledger: await KeyLedger.ReadAsync(db, record.ClusterId, ct));
        });
        return validated.Match(v => JsonReplies.Json(Show(v.Change, v.Ledger), RestJson.Default.ValidationShape));
    }

    private static ValidationShape Show(ChangePreview change, KeyLedger ledger) => new()
    {
        Findings = change.Findings(),
        Blocking = [.. change.Blocking().Select(f => f.Id!)],
        Impact = ChangeResponse.Show(change.Impact(ledger)),
        Replacements = ReplacementResponse.Show(change.Replacements(), change.Fleet),
        Acknowledge = change.Dangers(),
    };
}
