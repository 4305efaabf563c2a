using Cluster.Contracts.Rollouts;
using Cluster.Domain.Reports;
namespace Cluster.Domain.Rollouts;

/// <summary>What is known of one machine of a rollout.</summary>
public sealed record MachineProgressInput
{
    /// <summary>Connected, enforcing, and neither held, disconnected, quarantined nor pending.</summary>
    public required bool Reached { get; init; }

    /// <summary>Number of the assignment that the rollout gave the machine; 0 = none yet.</summary>
    public required long Number { get; init; }

    /// <summary>
    /// Number of the machine's newest assignment. A reached agent lets what it reports of a part bear that number only after it
    /// has looked at it: until then it may be on its way to another part, and what it reported before says nothing of what comes.
    /// </summary>
    public required long Newest { get; init; }

    /// <summary>
    /// Number of the assignment since which the machine has been given nothing but this bundle. Who is not reached may have gone on to
    /// what an assignment in between named, without having said so: only what it reported since then still holds.
    /// </summary>
    public required long UnchangedSince { get; init; }

    /// <summary>The part that each service should run.</summary>
    public required IReadOnlyList<WantedPart> Wanted { get; init; }

    /// <summary>What the agent reported of its services.</summary>
    public required IReadOnlyList<ServiceReport> Services { get; init; }
}

/// <summary>The part that a service should run.</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Part">Hash of the part.</param>
public sealed record WantedPart(string Service, string Part);

/// <summary>Says where one machine of a rollout stands.</summary>
public static class MachineProgress
{
    /// <summary>
    /// Decides from what is wanted and what was reported. A failure of an older assignment of the same part counts, since it is
    /// held back; so does a part that is live without some of its items.
    /// </summary>
    public static RolloutMachineState Of(MachineProgressInput input)
    {
        if (input.Number == 0) return input.Reached ? RolloutMachineState.Pending : RolloutMachineState.Waiting;
        var states =
            input.Wanted.Select(wanted => Of(wanted, input.Services.FirstOrDefault(s => s.Name == wanted.Service), input)).ToList();
        if (states.TrueForAll(s => s == RolloutMachineState.Verified)) return RolloutMachineState.Verified;
        if (states.Contains(RolloutMachineState.Failed)) return RolloutMachineState.Failed;
        if (!input.Reached) return RolloutMachineState.Waiting;
        if (states.Contains(RolloutMachineState.Applying)) return RolloutMachineState.Applying;
        return states.TrueForAll(s => s is RolloutMachineState.Applied or RolloutMachineState.Verified)
            ? RolloutMachineState.Applied
            : RolloutMachineState.Pending;
    }

    private static RolloutMachineState Of(WantedPart wanted, ServiceReport? service, MachineProgressInput input)
    {
        if (service is null) return RolloutMachineState.Pending;
        if (service.Attempted is { Error: not null } failed && failed.Part == wanted.Part) return RolloutMachineState.Failed;
        // While it is being changed, what was proven before says nothing: the change under way may be to another part, which is
        // then restored again.
        if (service.Applying) return RolloutMachineState.Applying;
        if (service.Applied is not { } applied || applied.Part != wanted.Part || !IsCurrent(applied.Number, input))
            return RolloutMachineState.Pending;
        if (service.Refused.Count > 0) return RolloutMachineState.Failed;
        return service.Verified?.Part == wanted.Part ? RolloutMachineState.Verified : RolloutMachineState.Applied;
    }

    private static bool IsCurrent(long number, MachineProgressInput input) =>
        input.Reached ? number == input.Newest : number >= input.UnchangedSince;
}
