using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>
/// Ends a rollout before its time: a queued one never starts; a running one stops being judged, and its machines stay moved or go
/// back by a new revision.
/// </summary>
internal sealed class CancelRollout(
    UnitRunner units, RolloutReading reading, RollBackRollout rollBack, AuditTrail audit, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder rollouts)
    {
        rollouts.MapPost("/{id}/cancel", (HttpContext context, CancelRollout cancelling, string id) => cancelling.HandleAsync(context, id))
            .RequireAuthorization(Policies.Operator)
            .Operation(
                "cancelRollout",
                "Cancels a queued or running rollout; then: rollback gives the machines what held before, by a new revision; hold "
                    + "(default) leaves the machines as they are.",
                "409 rollout-state when the rollout has ended. Machines that have the new configuration keep it unless then is rollback.")
            .Body<RolloutCancel>("""{"then":"hold"}""")
            .Returns<RolloutShape>(example: RolloutResponse.Example);
        rollouts.MapPost(
            "/{id}/rollback", (HttpContext context, CancelRollout cancelling, string id) => cancelling.RollBackAsync(context, id))
            .RequireAuthorization(Policies.Operator)
            .Operation(
                "rollBackRollout",
                "Rolls the rollout's revision back by a new revision.",
                "The new revision has a rollout of its own, which supersedes this one.")
            .Returns<RolloutShape>(example: RolloutResponse.Example);
    }

    private async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var body = await context.ReadOptionalAsync(RestJson.Default.RolloutCancel);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        if (body.Value?.Then is not (null or "hold" or "rollback"))
            return Problem.Of(CommonFailures.Invalid("/then", FieldErrorCodes.UnknownValue, "It is 'rollback' or 'hold'."));
        return await EndAsync(context, id, body.Value?.Then == "rollback", mustBeOpen: true);
    }

    private Task<IResult> RollBackAsync(HttpContext context, string id) => EndAsync(context, id, goBack: true, mustBeOpen: false);

    private async Task<IResult> EndAsync(HttpContext context, string id, bool goBack, bool mustBeOpen)
    {
        var outcome = await units.WriteAsync(context, (db, request, ct) => StoreAsync(db, request, id, goBack, mustBeOpen, ct));
        return outcome.Succeeded ? await RolloutResponse.AnswerAsync(context, units, reading, id) : Problem.Of(outcome.Failure);
    }

    private async Task<RolloutRecord> StoreAsync(
        ClusterDbContext db, WriteRequest request, string id, bool goBack, bool mustBeOpen, CancellationToken ct)
    {
        var rollout = await RolloutResponse.FindAsync(db, request.ClusterId, id, ct);
        var isQueued = rollout.State == RolloutState.Queued;
        if (!goBack && !isQueued && RolloutStates.AwaitsConfirmation(rollout)) throw new RefusedException(Unconfirmed(rollout));
        if (mustBeOpen && !isQueued && rollout.State is not (RolloutState.Running or RolloutState.Paused))
            throw new RefusedException(NotOpen(rollout));
        if (!mustBeOpen && (isQueued || rollout.State is RolloutState.Superseded or RolloutState.RolledBack))
            throw new RefusedException(NotOpen(rollout));
        var awaits = RolloutStates.AwaitsConfirmation(rollout);
        var isUnproven = isQueued || rollout.State is RolloutState.Running or RolloutState.Paused || awaits;
        rollout.State = goBack && !isQueued ? RolloutState.RolledBack : RolloutState.Cancelled;
        rollout.EndedAt ??= clock.GetUtcNow();
        rollout.Reason = $"Ended by {request.Author}.";
        rollout.Lease++;
        if (goBack)
        {
            (await rollBack.OnRequestAsync(db, rollout, request.Author, isUnproven, awaits, ct)).OrRefuse();
        }

        await audit.AppendAsync(db, request.Audit(goBack ? "rollout.rollback" : "rollout.cancel", $"rollouts/{rollout.Id:D}"), ct);
        return rollout;
    }

    private static Failure Unconfirmed(RolloutRecord rollout) => new(
        FailureCategory.Conflict,
        ProblemCodes.ConfirmationPending,
        $"Revision {rollout.Revision} is not confirmed yet: unless it is, its machines restore what they had, so 'hold' is not possible. "
            + $"Confirm it by POST revisions/{rollout.Revision}/confirm, or roll back by POST rollouts/{rollout.Id:D}/rollback.");

    private static Failure NotOpen(RolloutRecord rollout) =>
        new(
            FailureCategory.Conflict,
            ProblemCodes.RolloutState,
            $"The rollout is {EnumNames.Of(rollout.State)}; that is not possible any more, or not yet.");
}
