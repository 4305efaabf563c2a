using System.Text.Json.Serialization;
using Cluster.Contracts.Machines;

namespace Cluster.Domain.Reports;

/// <summary>What an agent reported last of its whole host. Immutable: a newer report replaces it whole.</summary>
public sealed record HostStatus
{
    /// <summary>Of a host that has reported nothing yet.</summary>
    public static HostStatus Nothing { get; } = new();

    /// <summary>What the host runs, ordered by name.</summary>
    public IReadOnlyList<ServiceReport> Services { get; init; } = [];

    /// <summary>The hold that the host's administrator set; null = not held.</summary>
    public HoldReport? Hold { get; init; }

    /// <summary>Why the host applies nothing, in its own words; empty = nothing is wrong.</summary>
    public string LocalProblem { get; init; } = "";

    /// <summary>What it reported of a service; null = nothing.</summary>
    public ServiceReport? Find(string service) => Services.FirstOrDefault(s => s.Name == service);
}

/// <summary>What an agent reported of one service: three facts that are never mixed, and what goes with them.</summary>
public sealed record ServiceReport
{
    /// <summary>As the local file names it.</summary>
    public required string Name { get; init; }

    /// <summary>The part that is live; null = none.</summary>
    public PartReport? Applied { get; init; }

    /// <summary>The part that was tried last; null = none.</summary>
    public AttemptReport? Attempted { get; init; }

    /// <summary>The part that was proven last; null = none.</summary>
    public ProofReport? Verified { get; init; }

    /// <summary>What of the applied part the driver cannot take.</summary>
    public IReadOnlyList<RefusedReport> Refused { get; init; } = [];

    /// <summary>Whether the software runs.</summary>
    public bool Running { get; init; }

    /// <summary>Whether it is being changed now.</summary>
    public bool Applying { get; init; }

    /// <summary>Differences that the agent did not make.</summary>
    public IReadOnlyList<DriftReport> Drift { get; init; } = [];

    /// <summary>In mode observe: the difference that enforcing would make; empty = none.</summary>
    public string Plan { get; init; } = "";

    /// <summary>What people should know although it was applied.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Why the service is not what it should be: the last attempt's error, else the items that are refused; null = nothing is
    /// wrong.
    /// </summary>
    [JsonIgnore]
    public string? Error
    {
        get
        {
            if (Attempted?.Error is { } error) return error.Message;
            return Refused.Count == 0 ? null : string.Join(" ", Refused.Select(r => $"{r.Kind}/{r.Name} is refused: {r.Message}"));
        }
    }
}

/// <summary>A part and the newest assignment that the agent has looked at and found to want it.</summary>
/// <param name="Part">Hash of the part, lower-case hex.</param>
/// <param name="Number">Number of that assignment.</param>
/// <param name="Revision">Revision of that assignment.</param>
/// <param name="At">When it was switched to.</param>
public sealed record PartReport(string Part, long Number, long Revision, DateTimeOffset At);

/// <summary>The part that was tried last.</summary>
/// <param name="Part">Hash of the part, lower-case hex.</param>
/// <param name="Number">Number of the assignment that named it.</param>
/// <param name="Revision">Revision of that assignment.</param>
/// <param name="At">When it was tried.</param>
/// <param name="Error">Why it failed; null = it did not.</param>
public sealed record AttemptReport(string Part, long Number, long Revision, DateTimeOffset At, ErrorReport? Error);

/// <summary>Why a part could not be applied.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Kind">Whether it may pass by itself.</param>
/// <param name="Check">Which check failed.</param>
/// <param name="Message">What happened, in the host's words.</param>
public sealed record ErrorReport(string Code, ApplyFailureKind Kind, string Check, string Message);

/// <summary>The part that was proven last.</summary>
/// <param name="Part">Hash of the part, lower-case hex.</param>
/// <param name="Number">Number of the assignment that named it.</param>
/// <param name="Revision">Revision of that assignment.</param>
/// <param name="At">When it was proven.</param>
/// <param name="Method">How; the weakest of its endpoints.</param>
public sealed record ProofReport(string Part, long Number, long Revision, DateTimeOffset At, VerificationMethod Method)
{
    /// <summary>What was seen at each endpoint.</summary>
    public IReadOnlyList<EndpointReport> Endpoints { get; init; } = [];

    /// <summary>What the proof says beyond that; empty = nothing.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>What was seen at one endpoint.</summary>
public sealed record EndpointReport
{
    /// <summary>Kind of the item that configures it.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of that item.</summary>
    public required string Name { get; init; }

    /// <summary>IP address that was connected to.</summary>
    public required string Address { get; init; }

    /// <summary>TCP port that was connected to.</summary>
    public required int Port { get; init; }

    /// <summary>How it was proven.</summary>
    public required VerificationMethod Method { get; init; }

    /// <summary>When it was looked at.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the certificate seen on the wire, lower-case hex; null = none was to be seen.</summary>
    public string? LeafSha256 { get; init; }

    /// <summary>Its serial number, lower-case hex; null = none was to be seen.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>TLS version, for example <c>TLSv1.3</c>; null = no handshake.</summary>
    public string? Protocol { get; init; }

    /// <summary>What the proof says beyond that; empty = nothing.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>An item that the driver cannot take while it takes the rest of the part.</summary>
/// <param name="Kind">Kind of the item.</param>
/// <param name="Name">Name of the item.</param>
/// <param name="Code">Stable.</param>
/// <param name="Message">What is wrong and what to do, in the host's words.</param>
public sealed record RefusedReport(string Kind, string Name, string Code, string Message);

/// <summary>A difference that the agent did not make.</summary>
/// <param name="Path">File, or file and setting.</param>
/// <param name="What">What differs.</param>
/// <param name="Since">When it was first seen.</param>
public sealed record DriftReport(string Path, string What, DateTimeOffset Since)
{
    /// <summary>Path of a proof that failed: what clients see is not what was applied.</summary>
    public const string Probe = "probe";

    /// <summary>Path of what could not be looked at.</summary>
    public const string Observation = "observation";

    /// <summary>Kind of the item that it belongs to; null = of no single item, or the agent does not tell.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of that item; null as <see cref="Kind"/> is.</summary>
    public string? Name { get; init; }

    /// <summary>What was applied; null = not told.</summary>
    public string? Intended { get; init; }

    /// <summary>What the files say; null = not told.</summary>
    public string? OnDisk { get; init; }

    /// <summary>What clients see; null = not told.</summary>
    public string? OnWire { get; init; }

    /// <summary>When the file that differs was last written, by its own time; null = not told.</summary>
    public DateTimeOffset? FileModifiedAt { get; init; }

    /// <summary>User who owns that file; null = not told.</summary>
    public string? FileOwner { get; init; }

    /// <summary>Whether files or settings differ: that can be put right by writing them again.</summary>
    [JsonIgnore]
    public bool CanBeRepaired => Path is not (Probe or Observation);
}

/// <summary>A hold that the host's administrator set.</summary>
/// <param name="Since">When it was set.</param>
/// <param name="Until">When it ends by itself; null = until it is released.</param>
public sealed record HoldReport(DateTimeOffset Since, DateTimeOffset? Until);
