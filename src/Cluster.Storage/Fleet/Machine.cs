using Cluster.Contracts.Machines;
using Cluster.Domain.Reports;

namespace Cluster.Storage.Fleet;

/// <summary>A host with one agent. Group, name, labels and mode are inventory: immediate, audited, never rolled back.</summary>
public sealed class Machine
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    public required Guid GroupId { get; set; }

    /// <summary>Label, an RFC 1123 host name, unique in the cluster, departed machines included.</summary>
    public required string Name { get; set; }

    /// <summary>Where it stands; whether it is connected is not stored here.</summary>
    public required MachineStatus Status { get; set; }

    /// <summary>Whether the agent changes anything.</summary>
    public required MachineMode Mode { get; set; }

    /// <summary>True while an administrator ordered that nothing is pushed.</summary>
    public bool Disconnected { get; set; }

    /// <summary>True while its identity looks cloned.</summary>
    public bool Quarantined { get; set; }

    /// <summary>Labels as canonical JSON.</summary>
    public string Labels { get; set; } = "{}";

    /// <summary>Generation of its identity; 0 = never joined.</summary>
    public int Generation { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it joined, rejoined or departed last.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>Times it recovered without an administrator since the last join.</summary>
    public int Recoveries { get; set; }

    /// <summary>
    /// Random id of what is ordered below, new with every order: the agent acknowledges by it, and only what it names is
    /// forgotten. 0 = nothing is ordered.
    /// </summary>
    public long OrderId { get; set; }

    /// <summary>True from an administrator's order to report anew until the agent acknowledged it.</summary>
    public bool CheckRequested { get; set; }

    /// <summary>
    /// Services for which <c>unmanage</c> was ordered and not acknowledged, as a canonical JSON array; an empty name = all of
    /// them, null = none.
    /// </summary>
    public string? UnmanageRequested { get; set; }

    /// <summary>Raised by <c>retry</c>: failures that were held back are tried again.</summary>
    public int Attempt { get; set; }
}

/// <summary>Stored states of a machine; connected and offline are derived from open streams.</summary>
public enum MachineStatus
{
    /// <summary>Made by an administrator, not joined yet.</summary>
    Prepared,

    /// <summary>Joined, waits for approval.</summary>
    Pending,

    /// <summary>Joined.</summary>
    Active,

    /// <summary>Left or removed.</summary>
    Departed,

    /// <summary>Cut off.</summary>
    Banned,
}

/// <summary>One generation of a machine's identity.</summary>
public sealed class MachineIdentity
{
    public required Guid MachineId { get; init; }

    /// <summary>Generation, 1 or higher.</summary>
    public required int Generation { get; init; }

    /// <summary>Hash of its public key.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>The certificate, DER; null while pending approval has not issued one.</summary>
    public required byte[] Certificate { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>When it was first used on a stream; from then on the generation before is dead.</summary>
    public DateTimeOffset? FirstUsedAt { get; set; }

    /// <summary>When it died: superseded, left, removed or banned.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>What an agent reported last; never older than what is stored.</summary>
public sealed class MachineReport
{
    public required Guid MachineId { get; init; }

    /// <summary>Generation of the identity that reported.</summary>
    public int Generation { get; set; }

    /// <summary>Sequence number of the status vector.</summary>
    public long Sequence { get; set; }

    /// <summary>What the agent reported last, parsed; stored as JSON.</summary>
    public HostStatus Status { get; set; } = HostStatus.Nothing;

    /// <summary>Serialised Hello without status: services, versions, platform.</summary>
    public byte[] Announcement { get; set; } = [];

    /// <summary>Hash of what the announcement says about services: machines that differ in nothing share effective parts.</summary>
    public string CapabilityHash { get; set; } = "";

    /// <summary>Newest trust set that the agent has stored.</summary>
    public long TrustSetNumber { get; set; }

    /// <summary>When the last message came, batched.</summary>
    public DateTimeOffset? LastSeen { get; set; }

    /// <summary>Boot id of the agent process whose stream is, or was last, open.</summary>
    public string BootId { get; set; } = "";

    /// <summary>Boot ids before it, newest first, as a canonical JSON array of at most 16: one that returns proves a clone.</summary>
    public string EarlierBootIds { get; set; } = "[]";

    /// <summary>
    /// Number of the newest stream, on whichever manager, counted here and nowhere else: whatever the clocks of managers say,
    /// every manager fences the streams with a lower number, and nothing that comes over one is stored or answered.
    /// </summary>
    public long StreamNumber { get; set; }

    /// <summary>Id of the newest stream; null when it has ended.</summary>
    public Guid? StreamId { get; set; }

    /// <summary>The manager process that holds the newest stream; its lease says whether it lives.</summary>
    public Guid? ManagerId { get; set; }
}
