using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Resolves conflicts: mine is based on what runs now, theirs drops the edit.</summary>
internal sealed class ResolveConflicts(ClusterDatabase database, SnapshotStore snapshots)
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapPost("/{id}/resolve", (HttpContext context, ResolveConflicts resolving, string id) => resolving.HandleAsync(context, id))
        .RequireAuthorization(Policies.Operator)
        .Operation("resolveConflicts", "Resolves conflicts: mine keeps the edit, based on what runs now; theirs drops it.")
        .Body<ResolveRequest>("""{"items":[{"level":"cluster","kind":"listeners","name":"in","take":"mine"}]}""")
        .Returns<ChangeSetShape>(example: ChangeSetResponse.Example);

    private async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var body = await context.ReadAsync(ChangeSetsJson.Default.ResolveRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var outcome = await database.WriteAsync(context.Cluster().Id, (db, ct) => ResolveAsync(context, db, id, body.Value, ct), context.RequestAborted);
        return outcome.Match(o => Answers.Live(context, ChangeSetResponse.Show(o.Record, o.Edits), ChangeSetsJson.Default.ChangeSetShape, ChangeSetResponse.Tag(o.Record)));
    }

    private async Task<Outcome<(ChangeSetRecord Record, int Edits)>> ResolveAsync(HttpContext context, ClusterDbContext db, string id, ResolveRequest request, CancellationToken ct)
    {
        if (context.IsDryRun()) db.Unit.RollBack();
        var found = await ChangeSetResponse.FindAsync(context, db, id, ct);
        if (!found.Succeeded) return found.Failure;
        if (context.CheckConditions(ChangeSetResponse.Tag(found.Value)) is { } changed) return changed;
        var open = await Staging.OpenAsync(db, found.Value.ClusterId, found.Value.Id, ct);
        if (!open.Succeeded) return open.Failure;
        if (await db.Unit.LockClusterAsync(found.Value.ClusterId, ct) is not { } cluster) return CommitFailures.NoCluster;

        var running = await snapshots.RunningAsync(db, cluster, ct);
        var rows = (await db.ChangeSetEdits.AsTracking().Where(e => e.ChangeSetId == open.Value.Id).ToListAsync(ct)).ToDictionary(Staging.KeyOf);
        var errors = new List<FieldError>();
        for (var i = 0; i < request.Items.Count; i++)
        {
            var item = request.Items[i];
            var key = await EditAddress.FindAsync(db, cluster.Id, item.Level, item.Kind, item.Name, ct);
            if (!key.Succeeded || !rows.TryGetValue(key.Value, out var row)) errors.Add(new FieldError($"/items/{i}", "not-staged", $"The change set holds no edit of {item.Kind}/{item.Name} at {item.Level}."));
            else if (item.Take == ResolveTake.Mine) row.BaseVersionId = running.Find(key.Value)?.VersionId;
            else if (rows.Remove(key.Value)) db.ChangeSetEdits.Remove(row);
        }

        if (errors.Count > 0) return CommonFailures.Invalid(errors);
        open.Value.Version++;
        return (open.Value, rows.Count);
    }
}
