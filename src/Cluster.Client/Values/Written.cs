namespace Cluster.Client.Values;

/// <summary>A value after it was written.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="Value">The value as the manager shows it now.</param>
/// <param name="Receipt">What the write did.</param>
public sealed record Written<T>(T Value, ChangeReceipt Receipt)
{
    /// <summary>Entity tag of the new state.</summary>
    public string? ETag => Receipt.ETag;
}

/// <summary>What a write did.</summary>
public sealed record ChangeReceipt
{
    /// <summary>Entity tag of the new state; null after a delete, and for resources that have none.</summary>
    public string? ETag { get; init; }

    /// <summary>Whether it made something that was not there before (201).</summary>
    public bool Created { get; init; }

    /// <summary>The revision that holds now; null = the write was staged, was a dry run, or concerns no configuration.</summary>
    public long? Revision { get; init; }

    /// <summary>The rollout that carries the revision; null = nothing changed.</summary>
    public Guid? Rollout { get; init; }

    /// <summary>The change set that holds the edit; null = it was not staged.</summary>
    public Guid? ChangeSet { get; init; }
}
