namespace Cluster.Agent.Link;

/// <summary>How the session process stands; shown by status.</summary>
internal sealed record SessionReport
{
    /// <summary>Whether a stream is open and welcomed.</summary>
    public required bool Connected { get; init; }

    /// <summary>Address of the manager in use or tried last.</summary>
    public string Manager { get; init; } = "";

    /// <summary>Why there is no stream; empty when there is one.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Since when it stands so.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Generation of the newest identity.</summary>
    public uint Generation { get; init; }

    /// <summary>When the newest identity expires.</summary>
    public DateTimeOffset? IdentityExpires { get; init; }

    /// <summary>The manager's clock minus the host's, in seconds.</summary>
    public double ClockSkewSeconds { get; init; }

    /// <summary>Awaits approval by an administrator.</summary>
    public bool Pending { get; init; }

    /// <summary>An administrator ordered that nothing is pushed.</summary>
    public bool Disconnected { get; init; }

    /// <summary>The identity looks cloned.</summary>
    public bool Quarantined { get; init; }
}

/// <summary>What came of telling the manager that the host leaves.</summary>
/// <param name="Told">Whether it knows now.</param>
/// <param name="Problem">Why not; empty when it knows.</param>
/// <param name="Refused">Whether it was reached and refused.</param>
internal sealed record LeaveReply(bool Told, string Problem, bool Refused = false);
