using Cluster.Contracts.Rollouts;

namespace Cluster.Storage.Rollouts;

/// <summary>What a machine should run: a stored fact, moved only by rollouts; its bundle also follows group and capabilities.</summary>
public sealed class DesiredAssignment
{
    public required Guid MachineId { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Assignment number, +1 for every assignment of the machine.</summary>
    public required long Number { get; set; }

    public required long Revision { get; set; }

    public required string BundleHash { get; set; }

    /// <summary>
    /// Number of the assignment since which the machine was led to nothing but this bundle, neither by a newer one nor by a
    /// confirmation that did not reach it.
    /// </summary>
    public long UnchangedSince { get; set; }

    /// <summary>Raised by retry.</summary>
    public int Attempt { get; set; }

    /// <summary>Serialised SignedStatement of the agent protocol, exactly as sent.</summary>
    public required byte[] Signed { get; set; }

    /// <summary>Hash of the serialised statement.</summary>
    public required string StatementHash { get; set; }

    /// <summary>Identity generation that it is signed for.</summary>
    public required int Generation { get; set; }

    /// <summary>
    /// What it was made from besides the revision (group, capabilities, mode, generation, epoch): another value makes a new
    /// assignment.
    /// </summary>
    public required string InputsHash { get; set; }

    /// <summary>When it was moved.</summary>
    public required DateTimeOffset At { get; set; }
}

/// <summary>A bundle or a part, stored once by hash, exactly as sent.</summary>
public sealed class StoredContent
{
    /// <summary>Its cluster: content is never shared between clusters.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>SHA-256 of the bytes, lower-case hex.</summary>
    public required string Hash { get; init; }

    public required byte[] Bytes { get; init; }

    /// <summary>When it was first stored.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A rollout: a revision on its way.</summary>
public sealed class RolloutRecord
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Revision that it carries.</summary>
    public required long Revision { get; init; }

    /// <summary>In which order machines get the revision.</summary>
    public required RolloutStrategy Strategy { get; init; }

    /// <summary>How many machines may fail.</summary>
    public required int MaxFailures { get; init; }

    /// <summary>Seconds after the start at which it fails unless every reached machine is verified.</summary>
    public required long ProgressDeadlineSeconds { get; init; }

    /// <summary>Seconds after the start within which it must be confirmed; null = it need not be.</summary>
    public long? ConfirmWithinSeconds { get; init; }

    /// <summary>What a host restores when one of its services fails.</summary>
    public required Atomicity Atomicity { get; init; }

    /// <summary>Where it stands.</summary>
    public required RolloutState State { get; set; }

    /// <summary>When it was queued.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When it fails unless all reached machines are verified.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>Until when it must be confirmed; null = it need not be.</summary>
    public DateTimeOffset? ConfirmDeadline { get; set; }

    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>Compare-and-set number of the runner that works on it.</summary>
    public long Lease { get; set; }

    /// <summary>Why it ended, for people; empty = nothing to say.</summary>
    public string Reason { get; set; } = "";
}

public sealed class RolloutMachine
{
    public required Guid RolloutId { get; init; }

    public required Guid MachineId { get; init; }

    /// <summary>Where the machine stood when the rollout last looked.</summary>
    public required RolloutMachineState State { get; set; }

    /// <summary>When the state changed.</summary>
    public required DateTimeOffset At { get; set; }

    /// <summary>Assignment number that this rollout gave the machine; 0 = none yet.</summary>
    public long Number { get; set; }

    /// <summary>The failure as canonical JSON; empty = none.</summary>
    public string Error { get; set; } = "";
}
