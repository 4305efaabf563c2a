using Cluster.Contracts.Problems;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>
/// Pause and resume: rollouts in waves can be paused between machines; <c>all</c> has moved every machine when it starts.
/// </summary>
internal static class PauseRollout
{
    private static readonly Failure NothingToPause = new(
        FailureCategory.Conflict,
        ProblemCodes.RolloutNotPausable,
        "A rollout of strategy all moves every machine when it starts; cancel it, or roll back.");

    public static void Map(IEndpointRouteBuilder rollouts)
    {
        rollouts.MapPost("/{id}/pause", HandleAsync)
            .RequireAuthorization(Policies.Operator)
            .Operation(
                "pauseRollout",
                "Pauses a rollout in waves; refused with 409 for strategy all.",
                "The machines of the current wave finish; no further wave starts until the rollout is resumed or cancelled.")
            .Returns<RolloutShape>(example: RolloutResponse.Example);
        rollouts.MapPost("/{id}/resume", HandleAsync)
            .RequireAuthorization(Policies.Operator)
            .Operation(
                "resumeRollout",
                "Resumes a paused rollout; refused with 409 for strategy all.",
                "The next wave starts when the current one holds what it should.")
            .Returns<RolloutShape>(example: RolloutResponse.Example);
    }

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, string id)
    {
        var found = await units.ReadAsync(context, (db, ct) => RolloutResponse.FindAsync(db, context.Cluster().Id, id, ct));
        return Problem.Of(found.Failure ?? NothingToPause);
    }
}
