using Cluster.Contracts.Revisions;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Confirms a revision that was committed with confirmWithin: it stays, and becomes the baseline.</summary>
internal static class ConfirmRevision
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions.MapPost("/{n:long}/confirm", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("confirmRevision", "Confirms a revision that was committed with confirmWithin, before its time is over.")
        .Returns<RevisionShape>(example: RevisionResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, AuditTrail audit, TimeProvider clock, long n)
    {
        var outcome = await database.WriteAsync(context.Cluster().Id, (db, ct) => ConfirmAsync(context, db, audit, clock.GetUtcNow(), n, ct), context.RequestAborted);
        return outcome.Match(row => Answers.Json(RevisionResponse.Show(row), RevisionsJson.Default.RevisionShape));
    }

    private static async Task<Outcome<RevisionRow>> ConfirmAsync(HttpContext context, ClusterDbContext db, AuditTrail audit, DateTimeOffset now, long n, CancellationToken ct)
    {
        if (context.IsDryRun()) db.Unit.RollBack();
        var (clusterId, name) = context.Cluster();
        if (await db.Unit.LockClusterAsync(clusterId, ct) is not { } cluster) return CommonFailures.NotFound("cluster", name);
        var found = await RevisionResponse.FindAsync(context, db, n, ct);
        if (!found.Succeeded) return found;
        var rollout = await db.Rollouts.AsTracking().SingleOrDefaultAsync(r => r.Id == found.Value.Revision.RolloutId, ct);
        if (rollout?.ConfirmedAt is not null) return found;
        if (rollout?.ConfirmDeadline is not { } deadline || now >= deadline || rollout.State is "rolled-back" or "superseded" or "cancelled")
            return new Failure(FailureCategory.Conflict, "not-awaiting-confirmation", $"Revision {n} does not wait to be confirmed: it was committed without confirmWithin, has not started, or has returned.");
        rollout.ConfirmedAt = Instants.Cut(now);
        cluster.Baseline = n;
        await audit.AppendAsync(db, new AuditEntry(clusterId, context.Caller().Name, "revision.confirm", $"revisions/{n}") { Revision = n, TraceId = Problem.TraceIdOf(context) }, ct);
        return found;
    }
}
