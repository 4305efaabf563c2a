namespace Cluster.Contracts.Groups;

/// <summary>A group of machines; every machine is in exactly one.</summary>
public sealed record GroupShape
{
    /// <summary>UUIDv7; outlives every rename.</summary>
    public required Guid Id { get; init; }

    /// <summary>Label, unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>Free text for other administrators; at most 1,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>How many machines are in it, departed ones included.</summary>
    public required int Machines { get; init; }
}

/// <summary>What is written of a group.</summary>
public sealed record GroupWrite
{
    /// <summary>Label; absent = as in the path.</summary>
    public string? Name { get; init; }

    /// <summary>What the group is for; at most 1,000 characters.</summary>
    public string? Description { get; init; }
}
