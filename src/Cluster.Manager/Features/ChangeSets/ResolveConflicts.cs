using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Resolves conflicts: mine is based on what runs now, theirs drops the edit.</summary>
internal sealed class ResolveConflicts(UnitRunner units, SnapshotStore snapshots)
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets
        .MapPost("/{id}/resolve", (HttpContext context, ResolveConflicts resolving, string id) => resolving.HandleAsync(context, id))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "resolveConflicts",
            "Resolves conflicts: mine keeps the edit, based on what runs now; theirs drops it.",
            "Items of the request that are not in conflict are refused; conflicts that are not named stay.")
        .Body<ResolveRequest>("""{"items":[{"level":"cluster","kind":"listeners","name":"in","take":"mine"}]}""")
        .Returns<ChangeSetShape>(example: ChangeSetResponse.Example);

    private async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var body = await context.ReadAsync(RestJson.Default.ResolveRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var resolved = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var changeSet = await ChangeSetResponse.OpenAsync(db, request, id, ct);
            var cluster = await db.Unit.LockClusterAsync(request.ClusterId, ct) ?? throw new RefusedException(CommitFailures.NoCluster);
            var running = await snapshots.RunningAsync(db, cluster, ct);
            var edits = await ResolveAsync(db, changeSet, running, body.Value, ct);
            changeSet.Version++;
            return (Record: changeSet, Edits: edits);
        });
        return resolved.Match(r => JsonReplies.Live(
            context, ChangeSetResponse.Show(r.Record, r.Edits), RestJson.Default.ChangeSetShape, ChangeSetResponse.Tag(r.Record)));
    }

    // Returns how many edits are left.
    private static async Task<int> ResolveAsync(
        ClusterDbContext db, ChangeSetRecord changeSet, ConfigurationSnapshot running, ResolveRequest asked, CancellationToken ct)
    {
        var rows = (await db.ChangeSetEdits.AsTracking().Where(e => e.ChangeSetId == changeSet.Id).ToListAsync(ct)).ToDictionary(
            Staging.KeyOf);
        var errors = new List<FieldError>();
        for (var i = 0; i < asked.Items.Count; i++)
        {
            var item = asked.Items[i];
            var key = await EditAddress.FindAsync(db, changeSet.ClusterId, item.Level, item.Kind, item.Name, ct);
            if (!key.Succeeded || !rows.TryGetValue(key.Value, out var row))
                errors.Add(
                    new FieldError(
                        $"/items/{i}",
                        FieldErrorCodes.NotStaged,
                        $"The change set holds no edit of {item.Kind}/{item.Name} at {item.Level}."));
            else if (item.Take == ResolveTake.Mine) row.BaseVersionId = running.Find(key.Value)?.VersionId;
            else if (rows.Remove(key.Value)) db.ChangeSetEdits.Remove(row);
        }

        errors.OrRefuse();
        return rows.Count;
    }
}
