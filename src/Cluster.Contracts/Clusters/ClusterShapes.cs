using System.Text.Json.Serialization;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.Clusters;

/// <summary>A named fleet with one configuration.</summary>
public sealed record ClusterShape
{
    /// <summary>UUIDv7; outlives every rename.</summary>
    public required Guid Id { get; init; }

    /// <summary>Label that people use, unique in the installation.</summary>
    public required string Name { get; init; }

    /// <summary>Whether its history is in order.</summary>
    public required ClusterState State { get; init; }

    /// <summary>Number of the epoch of its history, 1 or higher.</summary>
    public required long Epoch { get; init; }

    /// <summary>Highest revision; 0 = none.</summary>
    public required long Revision { get; init; }

    /// <summary>Revision that machines outside a running wave get; 0 = none.</summary>
    public required long Baseline { get; init; }

    /// <summary>Instant of creation, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Whether a cluster's history is in order.</summary>
[JsonConverter(typeof(KebabEnum<ClusterState>))]
public enum ClusterState
{
    /// <summary>In order.</summary>
    Ok,

    /// <summary>An agent has shown a history that this database does not know: no commit, no push until the epoch is raised.</summary>
    Forked,
}

/// <summary>What is written of a cluster: POST and PUT; PATCH takes the same members, each optional.</summary>
public sealed record ClusterWrite
{
    /// <summary>Label: <c>^[a-z0-9]([a-z0-9._-]{0,62})$</c>.</summary>
    public required string Name { get; init; }
}
