namespace Cluster.Contracts.Access;

/// <summary>A bearer token of the REST API, without its secret.</summary>
public sealed record TokenShape
{
    /// <summary>UUIDv7; names the token in audit events and in its path.</summary>
    public required Guid Id { get; init; }

    /// <summary>Label, shown as author and actor.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do.</summary>
    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>When it ends; absent = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was used last, to the minute; absent = never.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Instant of creation, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The token itself: only in the answer that makes it.</summary>
    public string? Token { get; init; }
}

/// <summary>Asks for a token: never more than the caller's own.</summary>
public sealed record TokenCreate
{
    /// <summary>Label, 1 to 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it may do; at least one grant.</summary>
    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>How long it lives, for example <c>90d</c>; default 90d, at most 3650d, never longer than the caller's own.</summary>
    public string? Ttl { get; init; }
}
