using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Domain.Configuration;
using Cluster.Domain.Diffs;
using Cluster.Domain.Failures;
using Cluster.Domain.Fleet;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Gives the items of one revision their former documents, unless a later revision touched them.</summary>
internal sealed class UndoRevision(
    UnitRunner units, SnapshotStore snapshots, RollbackCommit commits, FleetReader fleet, CommitResponse response)
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions
        .MapPost("/{n:long}/undo", (HttpContext context, UndoRevision undo, long n) => undo.HandleAsync(context, n))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "undoRevision",
            "Gives the items of one revision their former documents, by a new revision.",
            "409 changed-later when a later revision touched one of them.")
        .Body<RollbackRequest>("""{"comment":"undo the renewal"}""")
        .Query("wait", "Waits up to this time, at most 5m, for the rollout to end, for example 30s.")
        .Returns<RevisionShape>(StatusCodes.Status201Created, RevisionResponse.CommitExample);

    private async Task<IResult> HandleAsync(HttpContext context, long n)
    {
        var wait = CommitResponse.ReadWait(context);
        if (!wait.Succeeded) return Problem.Of(wait.Failure);
        var body = await context.ReadOptionalAsync(RestJson.Default.RollbackRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (body.Value?.Certificates is not null)
            return Problem.Of(
                CommonFailures.Invalid(
                    "/certificates", FieldErrorCodes.NotHere, "An undo is about all items of one revision; leave this out."));
        var committed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var cluster = await RollbackCommit.OpenAsync(db, request, n, ct);
            var back = await ChangesAsync(db, cluster, n, ct);
            return await commits.CommitAsync(
                db, request, "revision.undo", body.Value?.Comment ?? $"Undo revision {n}", [.. back.Select(RollbackEdits.ToEdit)], ct);
        });
        return committed.Succeeded ? await response.WriteAsync(context, committed.Value, wait.Value) : Problem.Of(committed.Failure);
    }

    private async Task<IReadOnlyList<ItemChange>> ChangesAsync(ClusterDbContext db, ManagedCluster cluster, long n, CancellationToken ct)
    {
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var after = await snapshots.AtAsync(db, cluster, n, ct);
        var before = await snapshots.AtAsync(db, cluster, n - 1, ct);
        var back = ConfigurationDiff.Between(after, before);
        var touched = back.Where(c => running.Find(c.Key)?.VersionId != after.Find(c.Key)?.VersionId).ToList();
        if (touched.Count == 0) return back;
        var facts = await fleet.ReadAsync(db, cluster.Id, ct);
        throw new RefusedException(ChangedLater(n, touched, running, facts));
    }

    private static Failure ChangedLater(long n, List<ItemChange> touched, ConfigurationSnapshot running, FleetFacts facts) => new(
        FailureCategory.Conflict,
        ProblemCodes.ChangedLater,
        $"Later revisions changed {touched.Count} of the items of revision {n}; undo those "
            + "first, or roll back.")
    {
        Extensions = new Dictionary<string, JsonNode?>
        {
            ["conflicts"] = new JsonArray([.. touched.Select(c => new JsonObject
            {
                ["level"] = facts.LevelOf(c.Key.LevelKind, c.Key.LevelId).ToString(),
                ["kind"] = c.Key.Kind,
                ["name"] = c.Name,
                ["by"] = running.Find(c.Key)?.Author,
                ["revision"] = running.Find(c.Key)?.Revision,
            })]),
        },
    };
}
