namespace Cluster.Contracts.Machines;

/// <summary>Prepares a machine: it joins later, by a token that is bound to it.</summary>
public sealed record MachineCreate
{
    /// <summary>An RFC 1123 host name, not of UUID form.</summary>
    public required string Name { get; init; }

    /// <summary>Its group; default <c>main</c>.</summary>
    public string? Group { get; init; }

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Whether its agent changes anything; default enforce.</summary>
    public MachineMode? Mode { get; init; }
}

/// <summary>What can be changed of a machine: inventory, effective at once.</summary>
public sealed record MachinePatch
{
    /// <summary>Label to be given instead; an RFC 1123 host name. Absent = it stays.</summary>
    public string? Name { get; init; }

    /// <summary>Group to move to. Absent = it stays.</summary>
    public string? Group { get; init; }

    /// <summary>Labels; a label that is null in the patch is removed.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Whether the agent shall apply what it gets. Absent = it stays.</summary>
    public MachineMode? Mode { get; init; }
}

/// <summary>Approves the key of a machine.</summary>
public sealed record MachineApproval
{
    /// <summary>Hash of the public key, as <c>cluster-agent status</c> shows it on the host.</summary>
    public required string PublicKeySha256 { get; init; }
}

/// <summary>Restores what stood before the join.</summary>
public sealed record MachineUnmanage
{
    /// <summary>One service; absent = all.</summary>
    public string? Service { get; init; }
}
