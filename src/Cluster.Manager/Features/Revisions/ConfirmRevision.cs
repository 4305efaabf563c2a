using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Confirms a revision that was committed with confirmWithin: it stays, and becomes the baseline.</summary>
internal static class ConfirmRevision
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions.MapPost("/{n:long}/confirm", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "confirmRevision",
            "Confirms a revision that was committed with confirmWithin, before its time is over.",
            "Without confirmation in time, the manager rolls back to the revision before, by a new revision. 409 "
                + "not-awaiting-confirmation when there is nothing to confirm.")
        .Returns<RevisionShape>(example: RevisionResponse.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, AuditTrail audit, TimeProvider clock, long n)
    {
        var confirmed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var cluster = await db.Unit.LockClusterAsync(request.ClusterId, ct) ?? throw new RefusedException(
                CommonFailures.NotFound("cluster", request.Cluster.Name));
            var found = await RevisionResponse.FindAsync(db, request.ClusterId, n, ct);
            var rollout = await db.Rollouts.AsTracking().SingleOrDefaultAsync(r => r.Id == found.Revision.RolloutId, ct);
            if (rollout?.ConfirmedAt is not null) return found;
            var now = clock.GetUtcNow();
            if (rollout?.ConfirmDeadline is not { } deadline
                || now >= deadline
                || rollout.State is RolloutState.RolledBack or RolloutState.Superseded or RolloutState.Cancelled)
                throw new RefusedException(NotAwaiting(n));
            rollout.ConfirmedAt = Instants.Cut(now);
            cluster.Baseline = n;
            await audit.AppendAsync(db, request.Audit("revision.confirm", $"revisions/{n}") with { Revision = n }, ct);
            return found;
        });
        return confirmed.Match(row => JsonReplies.Json(RevisionResponse.Show(row), RestJson.Default.RevisionShape));
    }

    private static Failure NotAwaiting(long n) => new(
        FailureCategory.Conflict,
        ProblemCodes.NotAwaitingConfirmation,
        $"Revision {n} is not waiting to be confirmed: it was committed without confirmWithin, has not started, or has been rolled back.");
}
