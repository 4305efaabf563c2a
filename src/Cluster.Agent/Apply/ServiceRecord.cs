using System.Text.Json.Serialization;
using Cluster.Agent.Drivers;
using Cluster.Contracts.Machines;

namespace Cluster.Agent.Apply;

/// <summary>What happened to one service, kept over restarts, leave and rejoin: three facts that are never mixed.</summary>
internal sealed record ServiceRecord
{
    /// <summary>What is live; null when nothing was applied yet.</summary>
    public AppliedFact? Applied { get; init; }

    /// <summary>What was tried last; null when nothing was.</summary>
    public AttemptedFact? Attempted { get; init; }

    /// <summary>What was shown last to be live; null when nothing was.</summary>
    public VerifiedFact? Verified { get; init; }

    /// <summary>Differences that the agent did not make.</summary>
    public IReadOnlyList<DriftFact> Drift { get; init; } = [];

    /// <summary>Mode observe: what enforcing would change.</summary>
    public string Plan { get; init; } = "";

    /// <summary>Part that the plan is for; null when there is none.</summary>
    public string? PlannedPart { get; init; }

    /// <summary>What people should know although it was applied.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What of the applied part the driver did not take.</summary>
    public IReadOnlyList<RefusedItem> Refused { get; init; } = [];
}

/// <summary>A part that is live.</summary>
/// <param name="Part">Hash, lower-case hex.</param>
/// <param name="Number">Assignment that named it last.</param>
/// <param name="Revision">Revision of that assignment.</param>
/// <param name="At">When it was switched to.</param>
internal sealed record AppliedFact(string Part, ulong Number, ulong Revision, DateTimeOffset At)
{
    /// <summary>Version of the agent that made of the part what is live; empty = one that did not say so yet.</summary>
    public string AgentVersion { get; init; } = "";

    /// <summary>What the driver knew from beside the host then; empty = nothing that mattered.</summary>
    public string Findings { get; init; } = "";

    /// <summary>Whether the software did not run then, so that what it would have said was not known.</summary>
    public bool WhileStopped { get; init; }
}

/// <summary>A part that was tried.</summary>
internal sealed record AttemptedFact
{
    /// <summary>Hash, lower-case hex.</summary>
    public required string Part { get; init; }

    /// <summary>Assignment number.</summary>
    public required ulong Number { get; init; }

    public required ulong Revision { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Why it failed; null when it succeeded.</summary>
    public FailureFact? Error { get; init; }

    /// <summary>Attempt of the assignment; an administrator's retry raises it.</summary>
    public uint Attempt { get; init; }

    /// <summary>Version of the agent that tried.</summary>
    public string AgentVersion { get; init; } = "";

    /// <summary>Hash of the administrator's own files at that time.</summary>
    public string LocalFingerprint { get; init; } = "";

    /// <summary>Failures of this part in a row.</summary>
    public int Failures { get; init; }

    /// <summary>When a transient failure is tried again; null when it is not.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}

/// <summary>A failure as it is stored.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Kind">Transient or final.</param>
/// <param name="Check">Which check failed.</param>
/// <param name="Message">For people.</param>
internal sealed record FailureFact(string Code, ApplyFailureKind Kind, string Check, string Message)
{
    /// <summary>Of a driver's failure.</summary>
    public static FailureFact Of(ApplyFailure failure) => new(failure.Code, failure.Kind, failure.Check, failure.Message);

    /// <summary>As drivers speak.</summary>
    public ApplyFailure ToFailure() => new(Code, Kind, Check, Message);
}

/// <summary>A proof as it is stored.</summary>
internal sealed record VerifiedFact
{
    /// <summary>Part that was shown, lower-case hex.</summary>
    public required string Part { get; init; }

    /// <summary>Assignment that named it.</summary>
    public required ulong Number { get; init; }

    /// <summary>Revision of that assignment.</summary>
    public required ulong Revision { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What was seen.</summary>
    public required ServiceProof Proof { get; init; }
}

/// <summary>A difference and since when it is known.</summary>
/// <param name="Path">File, or file and setting.</param>
/// <param name="What">What differs.</param>
/// <param name="Since">When it was first seen.</param>
internal sealed record DriftFact(string Path, string What, DateTimeOffset Since)
{
    /// <summary>Path of a proof that failed although nothing was rewritten.</summary>
    public const string Probe = "probe";

    /// <summary>Path of what could not be looked at.</summary>
    public const string Observation = ServiceDrift.Observation;

    /// <summary>Its sides, as far as they are known.</summary>
    public DifferenceSides? Sides { get; init; }
}

/// <summary>An order of the host's administrator to apply nothing.</summary>
/// <param name="Since">When it was given.</param>
/// <param name="Until">When it ends by itself; null = until released.</param>
internal sealed record HoldRecord(DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>The durable counter of states that were or may have been told to a manager.</summary>
/// <param name="Sequence">Number of the newest state.</param>
/// <param name="Sha256">Hash of that state without its number.</param>
internal sealed record StatusRecord(ulong Sequence, string Sha256);

/// <summary>How far a switch has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JournalPhase>))]
internal enum JournalPhase
{
    /// <summary>From before the first live byte changes until the proof: going on means switch, reload, prove.</summary>
    Switching,

    /// <summary>It failed: going on means restoring.</summary>
    Restoring,

    /// <summary>It is proven and recorded: going on means cleaning up.</summary>
    Completing,
}

/// <summary>The one thing that recovery at start goes by.</summary>
internal sealed record JournalEntry
{
    public required string Service { get; init; }

    /// <summary>Part, lower-case hex; empty when a service is unmanaged for which nothing is in force.</summary>
    public required string Part { get; init; }

    /// <summary>Assignment number.</summary>
    public required ulong Number { get; init; }

    public required ulong Revision { get; init; }

    /// <summary>Attempt of the assignment.</summary>
    public required uint Attempt { get; init; }

    /// <summary>True when the part is applied already and only what it does not define is restored.</summary>
    public bool Unmanage { get; init; }

    /// <summary>The driver's token of the staged state.</summary>
    public required string Token { get; init; }

    /// <summary>How far it has come.</summary>
    public required JournalPhase Phase { get; init; }

    /// <summary>Why it is restored; null when it is not.</summary>
    public FailureFact? Failure { get; init; }

    /// <summary>Whether one failing service restores all of the same assignment.</summary>
    public bool Atomic { get; init; }

    /// <summary>Warnings of the staged state.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What the driver did not take into the staged state.</summary>
    public IReadOnlyList<RefusedItem> Refused { get; init; } = [];

    /// <summary>What the driver knew from beside the host when it staged.</summary>
    public string Findings { get; init; } = "";

    /// <summary>The same for what a driver has staged.</summary>
    public JournalEntry Of(StagedService staged) => this with
    {
        Token = staged.Token,
        Warnings = staged.Warnings,
        Refused = staged.Refused,
        Findings = staged.Findings,
    };
}
