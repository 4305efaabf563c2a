using Cluster.Contracts.Rollouts;
namespace Cluster.Domain.Rollouts;

/// <summary>Everything that decides how a rollout of strategy <c>all</c> goes on.</summary>
public sealed record RolloutInput
{
    /// <summary>State now.</summary>
    public required RolloutState State { get; init; }

    /// <summary>The instant of the decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>When it fails unless every reached machine is verified; null = not started.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How many machines may fail.</summary>
    public int MaxFailures { get; init; }

    /// <summary>Until when it must be confirmed; null = it need not be.</summary>
    public DateTimeOffset? ConfirmDeadline { get; init; }

    /// <summary>Whether it was confirmed.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Its machines, departed ones left out.</summary>
    public required IReadOnlyList<RolloutMachineInput> Machines { get; init; }
}

/// <summary>One machine of a rollout.</summary>
/// <param name="MachineId">The machine.</param>
/// <param name="Reached">Connected, enforcing, and neither held, disconnected, quarantined nor pending.</param>
/// <param name="State">Where it stands.</param>
public sealed record RolloutMachineInput(Guid MachineId, bool Reached, RolloutMachineState State);

/// <summary>What a rollout does next.</summary>
/// <param name="State">State from now on; the same as before = wait.</param>
/// <param name="Reason">Why, for people; empty = nothing to say.</param>
/// <param name="RollBack">True when nobody confirmed in time: the manager rolls back by a new revision.</param>
public sealed record RolloutStep(RolloutState State, string Reason, bool RollBack = false);

/// <summary>Decides how a running rollout of strategy <c>all</c> goes on.</summary>
public static class RolloutDecision
{
    /// <summary>Returns the next state; the same input gives the same answer, so it may be asked again at any time.</summary>
    public static RolloutStep Next(RolloutInput input)
    {
        if (input.ConfirmDeadline is { } confirmBy
            && !input.Confirmed
            && input.Now >= confirmBy
            && input.State is not (RolloutState.Queued or RolloutState.RolledBack))
            return new RolloutStep(RolloutState.RolledBack, "Nobody confirmed in time.", RollBack: true);
        if (input.State != RolloutState.Running) return new RolloutStep(input.State, "");

        var failed = input.Machines.Count(m => m.State == RolloutMachineState.Failed);
        if (failed > input.MaxFailures)
            return new RolloutStep(RolloutState.Failed, $"{failed} of {input.Machines.Count} machines failed, {input.MaxFailures} may.");

        var open = input.Machines.Count(m => m.Reached && m.State is not (RolloutMachineState.Verified or RolloutMachineState.Failed));
        if (open == 0) return new RolloutStep(RolloutState.Succeeded, Summary(input, failed));
        if (input.Now >= input.Deadline)
            return new RolloutStep(RolloutState.Failed, $"The deadline passed while {open} of the reached machines were not verified.");
        return new RolloutStep(RolloutState.Running, "");
    }

    private static string Summary(RolloutInput input, int failed)
    {
        var waiting = input.Machines.Count(m => !m.Reached && m.State != RolloutMachineState.Verified);
        return (failed, waiting) switch
        {
            (0, 0) => "",
            (_, 0) => $"{failed} machines failed, as allowed.",
            (0, _) => $"{waiting} machines were not reached; they get it when they connect.",
            _ => $"{failed} machines failed, as allowed; {waiting} were not reached and get it when they connect.",
        };
    }
}
