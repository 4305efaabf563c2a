namespace Cluster.Contracts.Machines;

/// <summary>One driver instance on a host, with desired, applied, attempted and verified as separate facts.</summary>
public sealed record ServiceShape
{
    /// <summary>Name on the host.</summary>
    public required string Name { get; init; }

    /// <summary>The driver that manages it, for example <c>postfix</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>Whether the software runs.</summary>
    public required bool Running { get; init; }

    /// <summary>The part that it should run; absent = none yet.</summary>
    public DesiredPartShape? Desired { get; init; }

    /// <summary>What is live on the host; absent = nothing of the manager's yet.</summary>
    public AppliedPartShape? Applied { get; init; }

    /// <summary>The part that it tried last.</summary>
    public AttemptedPartShape? Attempted { get; init; }

    /// <summary>The part that was proven last.</summary>
    public VerifiedPartShape? Verified { get; init; }

    /// <summary>Where clients reach it, by the host's own file; each with what was seen there last.</summary>
    public required IReadOnlyList<ServiceEndpointShape> Endpoints { get; init; }

    /// <summary>
    /// What of the applied part the driver cannot take; all the rest of it is live. The machine counts as failed until this is
    /// empty.
    /// </summary>
    public required IReadOnlyList<RefusedItemShape> Refused { get; init; }

    /// <summary>In mode observe: the difference that enforcing would make.</summary>
    public string? Plan { get; init; }

    /// <summary>What the driver warns of.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>The part that a service should run.</summary>
public sealed record DesiredPartShape
{
    /// <summary>Hash of the part.</summary>
    public required string Part { get; init; }
}

/// <summary>What is live, and by which revision it was wanted last.</summary>
public sealed record AppliedPartShape
{
    /// <summary>Hash of the part.</summary>
    public required string Part { get; init; }

    /// <summary>Assignment number.</summary>
    public required long Number { get; init; }

    /// <summary>Number of the revision that wanted this part when the fact was noted.</summary>
    public required long Revision { get; init; }

    /// <summary>Instant by the host's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>The part that a service tried last.</summary>
public sealed record AttemptedPartShape
{
    /// <summary>Hash of the part.</summary>
    public required string Part { get; init; }

    /// <summary>Assignment number.</summary>
    public required long Number { get; init; }

    /// <summary>Number of the revision that wanted this part when the fact was noted.</summary>
    public required long Revision { get; init; }

    /// <summary>Instant by the host's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Why it failed; absent = it succeeded.</summary>
    public ApplyErrorShape? Error { get; init; }
}

/// <summary>Why a part could not be applied.</summary>
public sealed record ApplyErrorShape
{
    /// <summary>Stable code.</summary>
    public required string Code { get; init; }

    /// <summary>Whether it may pass by itself.</summary>
    public required ApplyFailureKind Kind { get; init; }

    /// <summary>Which check failed.</summary>
    public required string Check { get; init; }

    /// <summary>What happened, in the host's words.</summary>
    public required string Message { get; init; }
}

/// <summary>The part that was proven last.</summary>
public sealed record VerifiedPartShape
{
    /// <summary>Hash of the part.</summary>
    public required string Part { get; init; }

    /// <summary>Assignment number.</summary>
    public required long Number { get; init; }

    /// <summary>Number of the revision that wanted this part when the fact was noted.</summary>
    public required long Revision { get; init; }

    /// <summary>How it was proven; the weakest of its endpoints.</summary>
    public required VerificationMethod Method { get; init; }

    /// <summary>Hash of the first certificate seen on the wire.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Instant by the host's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the proof says beyond that.</summary>
    public string? Detail { get; init; }
}

/// <summary>A difference that was not made by the agent.</summary>
public sealed record MachineDriftShape
{
    /// <summary>The service, as the host's local file names it.</summary>
    public required string Service { get; init; }

    /// <summary>File or setting.</summary>
    public required string Path { get; init; }

    /// <summary>What differs.</summary>
    public required string What { get; init; }

    /// <summary>Instant at which the agent first saw the difference, UTC.</summary>
    public required DateTimeOffset Since { get; init; }
}
