using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>What follows from the state of a stored rollout.</summary>
internal static class RolloutStates
{
    /// <summary>Whether a rollout has started and must still be confirmed.</summary>
    public static bool AwaitsConfirmation(RolloutRecord rollout) => rollout is
    {
        ConfirmDeadline: not null, ConfirmedAt: null, State: not (RolloutState.RolledBack
            or RolloutState.Cancelled
            or RolloutState.Superseded),
    };

    /// <summary>As the queue decides on it.</summary>
    public static QueuedRollout ToQueued(RolloutRecord rollout) =>
        new(rollout.Id, rollout.Revision, rollout.State, HoldsQueue: rollout.Strategy != RolloutStrategy.All, AwaitsConfirmation(rollout));
}
