using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Domain.Rollouts;

/// <summary>Where a rollout stands.</summary>
[JsonConverter(typeof(KebabEnum<RolloutState>))]
public enum RolloutState
{
    /// <summary>Waits for the one before it.</summary>
    Queued,

    /// <summary>Moves machines.</summary>
    Running,

    /// <summary>Stopped by an administrator, can go on.</summary>
    Paused,

    /// <summary>Every reached machine is verified.</summary>
    Succeeded,

    /// <summary>More machines failed than allowed, or the deadline passed.</summary>
    Failed,

    /// <summary>Ended by an administrator.</summary>
    Cancelled,

    /// <summary>A newer one started in its place.</summary>
    Superseded,

    /// <summary>Its revision was taken back.</summary>
    RolledBack,
}

/// <summary>Where one machine of a rollout stands.</summary>
[JsonConverter(typeof(KebabEnum<RolloutMachineState>))]
public enum RolloutMachineState
{
    /// <summary>Not reached: offline, held, disconnected or in observe mode; nobody waits for it.</summary>
    Waiting,

    /// <summary>Reached, has not begun.</summary>
    Pending,

    /// <summary>Is switching.</summary>
    Applying,

    /// <summary>Every part is applied, not every one proven.</summary>
    Applied,

    /// <summary>Every part is proven, or stopped or not checkable and shown so.</summary>
    Verified,

    /// <summary>A service could not apply or prove its part.</summary>
    Failed,

    /// <summary>Was taken back to the revision before.</summary>
    RolledBack,
}

/// <summary>Where a revision stands; derived from its rollout.</summary>
[JsonConverter(typeof(KebabEnum<RevisionState>))]
public enum RevisionState
{
    /// <summary>Its rollout is queued.</summary>
    Committed,

    /// <summary>Its rollout runs or is paused.</summary>
    Rolling,

    /// <summary>Its rollout succeeded.</summary>
    Complete,

    /// <summary>Its rollout failed.</summary>
    Held,

    /// <summary>Its rollout was cancelled.</summary>
    Cancelled,

    /// <summary>A newer revision went out in its place.</summary>
    Superseded,

    /// <summary>It was taken back, by rollback or because nobody confirmed it.</summary>
    Returned,
}
