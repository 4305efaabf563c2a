using Cluster.Contracts.Findings;
using Cluster.Contracts.Rollouts;

namespace Cluster.Contracts.Revisions;

/// <summary>A committed change.</summary>
public sealed record RevisionShape
{
    /// <summary>Number, 1 or higher, without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>Epoch in which it was made.</summary>
    public required long Epoch { get; init; }

    /// <summary>Who committed it.</summary>
    public required string Author { get; init; }

    /// <summary>Instant of the commit, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why; empty = nothing was said.</summary>
    public required string Comment { get; init; }

    /// <summary>How many items changed.</summary>
    public required int Changes { get; init; }

    /// <summary>Where it stands; derived from its rollout.</summary>
    public required RevisionState State { get; init; }

    /// <summary>Id of the rollout that carries it.</summary>
    public Guid? Rollout { get; init; }

    /// <summary>What is found in it, errors first, at most 500; only in the answer that made it.</summary>
    public IReadOnlyList<Finding>? Findings { get; init; }

    /// <summary>How many more the list of findings holds; absent = none.</summary>
    public int? MoreFindings { get; init; }
}

/// <summary>Makes a revision of a change set.</summary>
public sealed record CommitRequest
{
    /// <summary>Why, at most 2,000 characters.</summary>
    public required string Comment { get; init; }

    /// <summary>Codes of dangerous changes that are accepted.</summary>
    public IReadOnlyList<string>? Acknowledge { get; init; }

    /// <summary>
    /// Unless it is confirmed within this time after the start, 10s to 24h, everything returns; absent = need not be confirmed.
    /// </summary>
    public string? ConfirmWithin { get; init; }

    /// <summary>What a host restores when a service fails; default <c>service</c>.</summary>
    public Atomicity? Atomicity { get; init; }

    /// <summary>How it goes out; default all at once.</summary>
    public RolloutRequest? Rollout { get; init; }
}

/// <summary>Rolls back to a revision, or undoes one.</summary>
public sealed record RollbackRequest
{
    /// <summary><c>keep</c> = certificates stay at today's versions; absent = they go back as well.</summary>
    public string? Certificates { get; init; }

    /// <summary>Why; default says which revision.</summary>
    public string? Comment { get; init; }
}
