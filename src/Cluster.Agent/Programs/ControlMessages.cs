using Cluster.Agent.Apply;
using Cluster.Agent.Link;

namespace Cluster.Agent.Programs;

/// <summary>What a verb asks of a running agent.</summary>
internal sealed record ControlRequest
{
    public required string Verb { get; init; }

    /// <summary>For hold: seconds; null = until released.</summary>
    public double? ForSeconds { get; init; }

    /// <summary>For leave: do not tell the manager.</summary>
    public bool Offline { get; init; }

    /// <summary>For hold and release: the hold that stands afterwards; null = none.</summary>
    public HoldRecord? ToHold(DateTimeOffset now)
    {
        if (Verb == "release") return null;
        return new HoldRecord(now, ForSeconds is { } seconds ? now.AddSeconds(seconds) : null);
    }
}

/// <summary>What a running agent answers.</summary>
internal sealed record ControlReply
{
    public required int ExitCode { get; init; }

    /// <summary>For people; empty = nothing to say.</summary>
    public string Message { get; init; } = "";

    /// <summary>The state; for status and check.</summary>
    public AgentStatus? Status { get; init; }
}

/// <summary>The state of a host as status shows it.</summary>
internal sealed record AgentStatus
{
    public required string AgentVersion { get; init; }

    /// <summary>Whether an agent runs.</summary>
    public required bool Running { get; init; }

    /// <summary>Name of the machine; null = in no cluster.</summary>
    public string? Machine { get; init; }

    public string? MachineId { get; init; }

    public string? ClusterId { get; init; }

    /// <summary>Generation of its identity.</summary>
    public uint Generation { get; init; }

    /// <summary>Whether it left; what it held stays as a frozen copy.</summary>
    public bool Left { get; init; }

    /// <summary>Mode of the machine: <c>observe</c> or <c>enforce</c>; null = no assignment yet.</summary>
    public string? Mode { get; init; }

    /// <summary>Number of the newest assignment; null = none.</summary>
    public ulong? Assignment { get; init; }

    public ulong? Revision { get; init; }

    public ulong? Epoch { get; init; }

    /// <summary>Number of the trust set.</summary>
    public ulong? TrustSet { get; init; }

    /// <summary>Why nothing is applied; null = all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>The hold; null = none.</summary>
    public HoldRecord? Hold { get; init; }

    /// <summary>The connection; null when no agent runs.</summary>
    public SessionReport? Connection { get; init; }

    public IReadOnlyList<ServiceSummary> Services { get; init; } = [];
}

/// <summary>One service as status shows it.</summary>
internal sealed record ServiceSummary
{
    public required string Name { get; init; }

    public required string Driver { get; init; }

    /// <summary>Whether the software runs; null when nobody looked.</summary>
    public bool? Running { get; init; }

    /// <summary>Part that it is to have; null = none.</summary>
    public string? Desired { get; init; }

    /// <summary>Whether it is being changed now.</summary>
    public bool Applying { get; init; }

    /// <summary>What is live, tried, shown.</summary>
    public required ServiceRecord Record { get; init; }
}
