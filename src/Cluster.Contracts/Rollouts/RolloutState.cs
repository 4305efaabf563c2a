using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Rollouts;

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

    /// <summary>Its revision was rolled back.</summary>
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

    /// <summary>Was rolled back to the revision before.</summary>
    RolledBack,
}
