using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
namespace Cluster.Domain.Rollouts;

/// <summary>Derives the state of a revision.</summary>
public static class RevisionStates
{
    /// <summary>Returns the state that a rollout gives its revision; a revision without a rollout is complete.</summary>
    public static RevisionState Of(RolloutState? rollout) => rollout switch
    {
        RolloutState.Queued => RevisionState.Committed,
        RolloutState.Running or RolloutState.Paused => RevisionState.Rolling,
        RolloutState.Succeeded or null => RevisionState.Complete,
        RolloutState.Failed => RevisionState.Held,
        RolloutState.Cancelled => RevisionState.Cancelled,
        RolloutState.Superseded => RevisionState.Superseded,
        _ => RevisionState.Returned,
    };
}
