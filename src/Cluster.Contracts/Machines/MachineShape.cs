namespace Cluster.Contracts.Machines;

/// <summary>A machine: one host with one agent.</summary>
public sealed record MachineShape
{
    /// <summary>Label, an RFC 1123 host name, unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>UUIDv7; outlives renames, leave and rejoin.</summary>
    public required Guid Id { get; init; }

    /// <summary>The one group that it is in.</summary>
    public required string Group { get; init; }

    /// <summary>Where it stands in its life.</summary>
    public required MachineState State { get; init; }

    /// <summary>Whether its agent changes anything.</summary>
    public required MachineMode Mode { get; init; }

    /// <summary>When the last message came; absent = never.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Version that the agent announced last; absent = it never connected.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Operating system and architecture.</summary>
    public string? Platform { get; init; }

    /// <summary>Free labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>What its services can express; absent in lists.</summary>
    public IReadOnlyList<ServiceCapabilityShape>? Capabilities { get; init; }

    /// <summary>Generation of its identity; 0 = never joined.</summary>
    public required int Generation { get; init; }

    /// <summary>Hash of the public key of its newest identity; compare it on the host before approving.</summary>
    public string? IdentityPublicKeySha256 { get; init; }

    /// <summary>
    /// Whether every service has applied what is desired and proved it, and nothing that it was given since can have led it elsewhere.
    /// </summary>
    public required bool InSync { get; init; }

    /// <summary>The hold that was set on the host; absent = none.</summary>
    public HoldShape? Hold { get; init; }

    /// <summary>What it should run; absent = nothing yet.</summary>
    public AssignmentShape? Desired { get; init; }

    /// <summary>The newest assignment of which every service has applied its part.</summary>
    public AssignmentShape? Applied { get; init; }

    /// <summary>The newest assignment that any service has attempted.</summary>
    public AssignmentShape? Attempted { get; init; }

    /// <summary>The newest assignment of which every service has proven its part.</summary>
    public AssignmentShape? Verified { get; init; }

    /// <summary>Why the host applies nothing, in its own words; absent = nothing is wrong.</summary>
    public string? LocalProblem { get; init; }

    /// <summary>What the host's local file lists, as last reported.</summary>
    public required IReadOnlyList<ServiceShape> Services { get; init; }

    /// <summary>Differences that were not made by the agent.</summary>
    public required IReadOnlyList<MachineDriftShape> Drift { get; init; }
}

/// <summary>An assignment: this machine, this bundle, this revision.</summary>
public sealed record AssignmentShape
{
    /// <summary>Number, +1 for every assignment of the machine.</summary>
    public required long Number { get; init; }

    /// <summary>Number of the configuration's revision that the assignment carries.</summary>
    public required long Revision { get; init; }

    /// <summary>Hash of the bundle; absent where only parts are known.</summary>
    public string? Bundle { get; init; }

    /// <summary>Instant of the newest change of this fact, UTC.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>A hold that was set on the host.</summary>
public sealed record HoldShape
{
    /// <summary>Instant at which the hold began by the host's clock, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Until when; absent = until it is released.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>What one service can express.</summary>
public sealed record ServiceCapabilityShape
{
    /// <summary>Name in the host's local file.</summary>
    public required string Service { get; init; }

    /// <summary>The driver that manages it, for example <c>postfix</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>As the software tells it, for example <c>3.7.11</c>; absent = it does not.</summary>
    public string? SoftwareVersion { get; init; }

    /// <summary>Kinds of settings that it applies.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Endpoints that it hosts: those that the host's own file lists under it.</summary>
    public required IReadOnlyList<EndpointShape> Endpoints { get; init; }

    /// <summary>What it can express.</summary>
    public required IReadOnlyList<string> Features { get; init; }
}
