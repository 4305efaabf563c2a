namespace Cluster.Agent.State;

/// <summary>What the apply process knows of the host's place; it believes the session process nothing that this does not cover.</summary>
internal sealed record Membership
{
    public required string ClusterId { get; init; }

    public required string MachineId { get; init; }

    /// <summary>Name at the time of joining; a label.</summary>
    public required string MachineName { get; init; }

    /// <summary>SHA-256 of the pinned root's public key, lower-case hex.</summary>
    public required string RootPin { get; init; }

    /// <summary>Generation that the join or rejoin gave: statements for older ones are refused.</summary>
    public required uint JoinedGeneration { get; init; }

    /// <summary>Newest generation known; only grows.</summary>
    public required uint Generation { get; init; }

    /// <summary>The host is in no cluster any more; everything else stays as a frozen copy.</summary>
    public bool Left { get; init; }

    /// <summary>It left without telling a manager, which has yet to be told.</summary>
    public bool LeaveUntold { get; init; }
}
