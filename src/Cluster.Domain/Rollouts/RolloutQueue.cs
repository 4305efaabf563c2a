using Cluster.Contracts.Rollouts;
namespace Cluster.Domain.Rollouts;

/// <summary>A rollout in a cluster's queue.</summary>
/// <param name="Id">The rollout.</param>
/// <param name="Revision">Its revision; a higher one is newer.</param>
/// <param name="State">Where it stands.</param>
/// <param name="HoldsQueue">Whether a failure or cancellation of it holds the queue: true for canary and waves.</param>
/// <param name="AwaitsConfirmation">Whether it must still be confirmed.</param>
public sealed record QueuedRollout(Guid Id, long Revision, RolloutState State, bool HoldsQueue = false, bool AwaitsConfirmation = false);

/// <summary>Which rollout starts, and which ones are superseded by it.</summary>
/// <param name="Start">The one to start; null = none now.</param>
/// <param name="Superseded">The ones that never start.</param>
public sealed record QueueStep(Guid? Start, IReadOnlyList<Guid> Superseded);

/// <summary>One rollout runs per cluster; of the queued ones the newest starts and the older ones are superseded.</summary>
public static class RolloutQueue
{
    /// <summary>Decides from the rollouts that have not ended, and the ended ones that hold the queue.</summary>
    public static QueueStep Next(IReadOnlyCollection<QueuedRollout> rollouts)
    {
        var busy = rollouts.Any(r => r.State is RolloutState.Running or RolloutState.Paused
            || r.AwaitsConfirmation && r.State is not (RolloutState.Queued or RolloutState.RolledBack or RolloutState.Superseded)
            || r.HoldsQueue && r.State is (RolloutState.Failed or RolloutState.Cancelled));
        if (busy) return new QueueStep(null, []);
        var queued = rollouts.Where(r => r.State == RolloutState.Queued).OrderByDescending(r => r.Revision).ToList();
        return queued.Count == 0 ? new QueueStep(null, []) : new QueueStep(queued[0].Id, [.. queued.Skip(1).Select(r => r.Id)]);
    }
}
