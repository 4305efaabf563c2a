using Cluster.Contracts.Rollouts;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Shows one rollout with the progress of every machine.</summary>
internal static class GetRollout
{
    public static void Map(IEndpointRouteBuilder rollouts) => rollouts.MapGet("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "getRollout",
            "Shows a rollout with the progress of every machine.",
            "Each machine is shown with its state, the time of its last change and, if it failed, the error. There is no entity tag: "
                + "the answer changes while the rollout runs.")
        .Returns<RolloutShape>(example: RolloutResponse.Example);

    private static Task<IResult> HandleAsync(HttpContext context, UnitRunner units, RolloutReading reading, string id) =>
        RolloutResponse.AnswerAsync(context, units, reading, id);
}
