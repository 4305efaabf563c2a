using Cluster.Contracts.Levels;
using Cluster.Domain.Capabilities;

namespace Cluster.Domain.Fleet;

/// <summary>A group that exists.</summary>
/// <param name="Id">Immutable id.</param>
/// <param name="Name">Label.</param>
public sealed record GroupFacts(Guid Id, string Name);

/// <summary>A machine that gets configuration: not departed, not banned.</summary>
public sealed record MachineFacts
{
    /// <summary>UUIDv7; outlives renames.</summary>
    public required Guid Id { get; init; }

    /// <summary>Label.</summary>
    public required string Name { get; init; }

    /// <summary>Id of the one group that it is in.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Its services; empty = it has announced none yet.</summary>
    public required IReadOnlyList<ServiceCapabilities> Services { get; init; }

    /// <summary>Hash over what its announcement says of services: equal hash, equal capabilities.</summary>
    public required string CapabilityHash { get; init; }
}

/// <summary>The groups and machines of a cluster, with all labels that levels can have.</summary>
public sealed record FleetFacts
{
    /// <summary>Groups that exist.</summary>
    public required IReadOnlyList<GroupFacts> Groups { get; init; }

    /// <summary>Members of the cluster; departed and banned machines are left out.</summary>
    public required IReadOnlyList<MachineFacts> Machines { get; init; }

    /// <summary>Labels of groups and machines, also of departed ones, by id.</summary>
    public required IReadOnlyDictionary<Guid, string> Labels { get; init; }

    /// <summary>Returns a level as people write it; an id that is not known stands for itself.</summary>
    public LevelName LevelOf(LevelKind kind, Guid id) =>
        kind == LevelKind.Cluster ? LevelName.Cluster : new LevelName(kind, Labels.GetValueOrDefault(id) ?? id.ToString());
}
