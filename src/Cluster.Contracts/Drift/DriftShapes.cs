using System.Text.Json.Serialization;
using Cluster.Contracts.Effective;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Contracts.Drift;

/// <summary>
/// A difference on a host that the agent did not make. What should be, what the files say and what clients see are kept apart; an
/// absent member is not known.
/// </summary>
public sealed record DriftShape
{
    /// <summary>Label of the machine that reported the difference.</summary>
    public required string Machine { get; init; }

    /// <summary>The service on it, as its local file names it.</summary>
    public required string Service { get; init; }

    /// <summary>Where: a file or a parameter; <c>probe</c> = what clients see, <c>observation</c> = it could not be looked at.</summary>
    public required string Path { get; init; }

    /// <summary>What differs, for people.</summary>
    public required string What { get; init; }

    /// <summary>Since when it has been seen.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>
    /// The level that defines the item for this machine, in the revision that the service has applied. Absent = the difference
    /// belongs to no single item, or no level defines the item there.
    /// </summary>
    public string? Level { get; init; }

    /// <summary>Kind of the item that the difference belongs to; absent = of no single item.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of that item; <c>-</c> for a singleton.</summary>
    public string? Name { get; init; }

    /// <summary>What was applied and should be there, for people.</summary>
    public string? Intended { get; init; }

    /// <summary>What the host's files say, for people.</summary>
    public string? OnDisk { get; init; }

    /// <summary>What clients see, for people: of the last proof.</summary>
    public string? OnWire { get; init; }

    /// <summary>
    /// When the file that differs was last written, by its own time on the host. The last write need not be the one that made the
    /// difference.
    /// </summary>
    public DateTimeOffset? FileModifiedAt { get; init; }

    /// <summary>User of the host who owns that file; not necessarily who wrote it.</summary>
    public string? FileOwner { get; init; }

    /// <summary>Who last changed the item in the manager, when and by which revision: where the intended value comes from.</summary>
    public OriginShape? DefinedBy { get; init; }

    /// <summary>What holds for differences of this service, by the settings that it has applied.</summary>
    public DriftPolicy? Policy { get; init; }

    /// <summary>What happens to it.</summary>
    public DriftState? State { get; init; }
}

/// <summary>What happens to a difference.</summary>
[JsonConverter(typeof(KebabEnum<DriftState>))]
public enum DriftState
{
    /// <summary>It stays until somebody puts it right, on the host or by a change of the settings.</summary>
    Open,

    /// <summary>The agent puts it right, and goes on trying while it is listed.</summary>
    Repairing,
}
