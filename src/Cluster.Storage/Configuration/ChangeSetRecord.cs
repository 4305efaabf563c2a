using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Levels;
using Cluster.Domain.ChangeSets;

namespace Cluster.Storage.Configuration;

/// <summary>A change set: staged edits of one author.</summary>
public sealed class ChangeSetRecord
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Where it stands.</summary>
    public required ChangeSetState State { get; set; }

    /// <summary>Name of the principal who opened it.</summary>
    public required string Author { get; init; }

    public required string Description { get; set; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Revision that it became; null unless committed.</summary>
    public long? Revision { get; set; }

    /// <summary>Grows with every change of its edits; guards against two writers.</summary>
    public int Version { get; set; }
}

/// <summary>A staged edit of one item.</summary>
public sealed class ChangeSetEdit
{
    public required Guid Id { get; init; }

    public required Guid ChangeSetId { get; init; }

    public required LevelKind LevelKind { get; init; }

    /// <summary>Id of the group or machine; the cluster's id at cluster level.</summary>
    public required Guid LevelId { get; init; }

    /// <summary>Kind of the item.</summary>
    public required string Kind { get; init; }

    /// <summary>Name as written; <c>-</c> for a singleton.</summary>
    public required string Name { get; set; }

    /// <summary>Name as compared.</summary>
    public required string NormalizedName { get; init; }

    /// <summary>What the edit does.</summary>
    public required EditKind Action { get; set; }

    /// <summary>Hash of the staged document; null for delete and hide.</summary>
    public string? DocumentHash { get; set; }

    /// <summary>Id of the item version that was current when the item was first staged; null = it did not exist.</summary>
    public Guid? BaseVersionId { get; set; }
}
