using Cluster.Contracts.Json;
using Cluster.Domain.Rollouts;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Wire names of rollout states, as they are stored.</summary>
internal static class RolloutStates
{
    public const string Queued = "queued";

    public const string Running = "running";

    public const string Paused = "paused";

    public const string Superseded = "superseded";

    public const string Cancelled = "cancelled";

    public const string RolledBack = "rolled-back";

    /// <summary>Reads a stored state.</summary>
    public static RolloutState Parse(string state) =>
        EnumNames.TryParse<RolloutState>(state, out var value) ? value : throw new InvalidOperationException($"A stored rollout has the unknown state '{state}'.");

    /// <summary>Reads a stored state of a machine.</summary>
    public static RolloutMachineState ParseMachine(string state) => EnumNames.TryParse<RolloutMachineState>(state, out var value) ? value : RolloutMachineState.Waiting;

    /// <summary>Whether a rollout has started and must still be confirmed.</summary>
    public static bool AwaitsConfirmation(RolloutRecord rollout) =>
        rollout is { ConfirmDeadline: not null, ConfirmedAt: null, State: not (RolledBack or Cancelled or Superseded) };

    /// <summary>As the queue decides on it.</summary>
    public static QueuedRollout ToQueued(RolloutRecord rollout) =>
        new(rollout.Id, rollout.Revision, Parse(rollout.State), HoldsQueue: rollout.Strategy != "all", AwaitsConfirmation(rollout));
}
