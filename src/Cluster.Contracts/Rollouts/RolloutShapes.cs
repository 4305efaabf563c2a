namespace Cluster.Contracts.Rollouts;

/// <summary>A rollout: a revision on its way.</summary>
public sealed record RolloutShape
{
    /// <summary>UUIDv7; also in the header Cluster-Rollout of the write that began it.</summary>
    public required Guid Id { get; init; }

    /// <summary>Revision that it carries.</summary>
    public required long Revision { get; init; }

    /// <summary>In which steps the machines get the revision.</summary>
    public required RolloutStrategy Strategy { get; init; }

    /// <summary>Where it stands.</summary>
    public required RolloutState State { get; init; }

    /// <summary>Why it ended as it did, for people; absent = nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was queued.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Instant at which the first machine was released, UTC; absent = queued.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Instant at which the last state was reached, UTC; absent = it still runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When it fails unless every reached machine is verified.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Until when its revision must be confirmed.</summary>
    public DateTimeOffset? ConfirmDeadline { get; init; }

    /// <summary>When its revision was confirmed.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>How many machines stand where; absent in lists.</summary>
    public RolloutCounts? Counts { get; init; }

    /// <summary>Its machines by name, departed ones left out; absent in lists.</summary>
    public IReadOnlyList<RolloutMachineShape>? Machines { get; init; }
}

/// <summary>How many machines of a rollout stand where.</summary>
public sealed record RolloutCounts
{
    /// <summary>All of them.</summary>
    public required int Total { get; init; }

    /// <summary>Not reached; nobody waits for them.</summary>
    public required int Waiting { get; init; }

    /// <summary>Reached, have not begun.</summary>
    public required int Pending { get; init; }

    /// <summary>Switching.</summary>
    public required int Applying { get; init; }

    /// <summary>Applied, not proven yet.</summary>
    public required int Applied { get; init; }

    /// <summary>Proven.</summary>
    public required int Verified { get; init; }

    /// <summary>Failed and restored.</summary>
    public required int Failed { get; init; }

    /// <summary>Machines that were rolled back.</summary>
    public required int RolledBack { get; init; }
}

/// <summary>How far one machine has come with the revision of the rollout.</summary>
public sealed record RolloutMachineShape
{
    /// <summary>Label of the machine.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required RolloutMachineState State { get; init; }

    /// <summary>When the rollout last saw it change.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why it failed: the service and what it reported; absent = it did not.</summary>
    public string? Error { get; init; }
}

/// <summary>How a rollout is cancelled.</summary>
public sealed record RolloutCancel
{
    /// <summary>What follows for machines that were moved: <c>rollback</c> or <c>hold</c>; default <c>hold</c>.</summary>
    public string? Then { get; init; }
}
