using Cluster.Contracts.Levels;

namespace Cluster.Client.Values;

/// <summary>What holds for one write. Members that the operation does not know are refused by the manager, not ignored.</summary>
public sealed record WriteOptions
{
    /// <summary>Level that is written; default the cluster.</summary>
    public LevelName? Level { get; init; }

    /// <summary>Stage the edit in this change set instead of committing it.</summary>
    public Guid? ChangeSet { get; init; }

    /// <summary>Fail with <c>changed-meanwhile</c> unless the entity tag is still this one.</summary>
    public string? IfMatch { get; init; }

    /// <summary>Fail with <c>exists-already</c> when it exists.</summary>
    public bool CreateOnly { get; init; }

    /// <summary>Check everything and store nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Codes of dangerous changes that are accepted; only without a change set.</summary>
    public IReadOnlyList<string> Acknowledge { get; init; } = [];

    /// <summary>Repeats of a POST with the same key get the answer of the first, for 24 h.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>How long a commit, rollback or undo waits for its rollout, at most 5 minutes; default not at all.</summary>
    public TimeSpan? Wait { get; init; }
}

/// <summary>Options of reads: whose staged edits are laid over what runs.</summary>
public sealed record ViewOptions
{
    /// <summary>Level that is read; default the cluster.</summary>
    public LevelName? Level { get; init; }

    /// <summary>Read as if this change set were committed.</summary>
    public Guid? ChangeSet { get; init; }
}
