namespace Cluster.Storage.Configuration;

/// <summary>A named fleet with one configuration.</summary>
public sealed class ManagedCluster
{
    public required Guid Id { get; init; }

    /// <summary>Label that people use; unique in the installation.</summary>
    public required string Name { get; set; }

    /// <summary>Number of the epoch of its history, 1 or higher.</summary>
    public required long EpochNumber { get; set; }

    /// <summary>Random id of the epoch.</summary>
    public required Guid EpochId { get; set; }

    /// <summary>Highest revision; 0 = none.</summary>
    public long Revision { get; set; }

    /// <summary>The revision that machines outside a running wave get; 0 = none.</summary>
    public long Baseline { get; set; }

    /// <summary>True while an agent has shown a history that this database does not know.</summary>
    public bool Forked { get; set; }

    /// <summary>Grows with every change of the cluster that other managers should notice; they compare it every 2 s.</summary>
    public long ChangeCounter { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A group: identity only; its existence and settings in a revision are an item of kind <c>groups</c>.</summary>
public sealed class MachineGroup
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Label, unique among the groups of the cluster that exist.</summary>
    public required string Name { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was deleted; null while it exists.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
