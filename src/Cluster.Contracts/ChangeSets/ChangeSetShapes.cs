using System.Text.Json.Serialization;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Diffs;
using Cluster.Contracts.Findings;
using Cluster.Contracts.Json;

namespace Cluster.Contracts.ChangeSets;

/// <summary>Staged edits that become one revision.</summary>
public sealed record ChangeSetShape
{
    /// <summary>Immutable id; the value of the header <c>Change-Set</c>.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required ChangeSetState State { get; init; }

    /// <summary>Who opened it.</summary>
    public required string Author { get; init; }

    /// <summary>Free text for other administrators; at most 1,000 characters.</summary>
    public required string Description { get; init; }

    /// <summary>How many edits it holds.</summary>
    public required int Edits { get; init; }

    /// <summary>When it was opened.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Revision that it became.</summary>
    public long? Revision { get; init; }
}

/// <summary>Where a change set stands.</summary>
[JsonConverter(typeof(KebabEnum<ChangeSetState>))]
public enum ChangeSetState
{
    /// <summary>Can be edited.</summary>
    Open,

    /// <summary>Became a revision.</summary>
    Committed,

    /// <summary>Discarded.</summary>
    Abandoned,
}

/// <summary>What is written of a change set.</summary>
public sealed record ChangeSetWrite
{
    /// <summary>Free text for other administrators; at most 1,000 characters.</summary>
    public string? Description { get; init; }
}

/// <summary>A staged edit.</summary>
public sealed record EditShape
{
    /// <summary>Level as written in queries.</summary>
    public required string Level { get; init; }

    /// <summary>Path segment of the edited item, for example <c>listeners</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the item; <c>-</c> for a singleton.</summary>
    public required string Name { get; init; }

    /// <summary>created, updated or deleted, compared with what ran when it was first staged.</summary>
    public required string Change { get; init; }

    /// <summary>Revision of the version that ran when it was first staged; absent = it was not defined.</summary>
    public long? Base { get; init; }
}

/// <summary>How conflicts are resolved.</summary>
public sealed record ResolveRequest
{
    /// <summary>One entry an item.</summary>
    public required IReadOnlyList<ResolveItem> Items { get; init; }
}

/// <summary>How the conflict of one item is resolved.</summary>
public sealed record ResolveItem
{
    /// <summary>Level as written in queries.</summary>
    public required string Level { get; init; }

    /// <summary>Path segment of the edited item, for example <c>listeners</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the item; <c>-</c> for a singleton.</summary>
    public required string Name { get; init; }

    /// <summary>Whose version holds.</summary>
    public required ResolveTake Take { get; init; }
}

/// <summary>Whose version holds.</summary>
[JsonConverter(typeof(KebabEnum<ResolveTake>))]
public enum ResolveTake
{
    /// <summary>The staged edit, now based on what runs.</summary>
    Mine,

    /// <summary>What runs; the edit is dropped.</summary>
    Theirs,
}

/// <summary>What a commit of the change set would meet.</summary>
public sealed record ValidationShape
{
    /// <summary>Everything that would be found after it.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Ids of the findings that block the commit: errors that the change introduces.</summary>
    public required IReadOnlyList<string> Blocking { get; init; }

    /// <summary>What it would do to machines.</summary>
    public required ImpactShape Impact { get; init; }

    /// <summary>Versions of certificates that take the place of others, and what peers will notice of that.</summary>
    public required IReadOnlyList<CertificateReplacementShape> Replacements { get; init; }

    /// <summary>Codes that the commit must name.</summary>
    public required IReadOnlyList<string> Acknowledge { get; init; }
}
