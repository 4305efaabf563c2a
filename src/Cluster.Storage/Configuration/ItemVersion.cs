using Cluster.Contracts.Levels;

namespace Cluster.Storage.Configuration;

/// <summary>
/// One version of one item: it holds from a revision to the revision before another. Revision N = the rows that hold at N.
/// </summary>
public sealed class ItemVersion
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Kind of the level that defines it.</summary>
    public required LevelKind LevelKind { get; init; }

    /// <summary>Id of the group or machine; the cluster's id at cluster level.</summary>
    public required Guid LevelId { get; init; }

    public required string Kind { get; init; }

    /// <summary>Name as written; <c>-</c> for a singleton.</summary>
    public required string Name { get; init; }

    /// <summary>Name as compared: A-label form in lower case for domains, else the name.</summary>
    public required string NormalizedName { get; init; }

    /// <summary>Hash of the document; null = hidden at this level.</summary>
    public string? DocumentHash { get; init; }

    /// <summary>First revision at which it holds.</summary>
    public required long FromRevision { get; init; }

    /// <summary>First revision at which it does not hold any more; null = current.</summary>
    public long? ToRevision { get; set; }
}

/// <summary>A document, stored once by hash, as canonical text.</summary>
public sealed class StoredDocument
{
    /// <summary>SHA-256 of the text in UTF-8, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Schema version that it was written with.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Canonical JSON (RFC 8785).</summary>
    public required string Text { get; init; }
}

/// <summary>A committed change: numbered, immutable.</summary>
public sealed class RevisionRecord
{
    public required Guid ClusterId { get; init; }

    /// <summary>Number, 1 or higher, without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>Epoch in which it was made.</summary>
    public required long Epoch { get; init; }

    /// <summary>Name of the principal.</summary>
    public required string Author { get; init; }

    /// <summary>When it was committed.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Comment; empty = none.</summary>
    public required string Comment { get; init; }

    /// <summary>How many items changed.</summary>
    public required int Changes { get; init; }

    /// <summary>The rollout that carries it.</summary>
    public Guid? RolloutId { get; set; }
}
