namespace Cluster.Contracts.JoinTokens;

/// <summary>Asks for a one-time join token.</summary>
public sealed record JoinTokenCreate
{
    /// <summary>Group that machines join; default <c>main</c>.</summary>
    public string? Group { get; init; }

    /// <summary>Name that the machine must have; the only way into a prepared machine.</summary>
    public string? Machine { get; init; }

    /// <summary>Id of a departed machine that may rejoin with it, whatever key it has.</summary>
    public Guid? Restore { get; init; }

    /// <summary>How long it lives, 1m to 30d; default 1h.</summary>
    public string? Ttl { get; init; }

    /// <summary>How many machines may join with it, 1 to 10,000; default 1.</summary>
    public int? Uses { get; init; }

    /// <summary>Whether an administrator must approve each key; default false.</summary>
    public bool? Approve { get; init; }

    /// <summary>Networks (CIDR) that a machine must come from; absent = any.</summary>
    public IReadOnlyList<string>? From { get; init; }
}

/// <summary>A join token, without its secret unless it was just made.</summary>
public sealed record JoinTokenShape
{
    /// <summary>UUIDv7; names the token in its path and in audit events, and is no secret.</summary>
    public required Guid Id { get; init; }

    /// <summary>The token itself: only in the answer that makes it.</summary>
    public string? Token { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Pin of the root's public key: <c>sha256:</c> and lower-case hex; only in the answer that makes it.</summary>
    public string? CaPin { get; init; }

    /// <summary>The complete command for the host; it reads the token from standard input. Only in the answer that makes it.</summary>
    public string? Command { get; init; }

    /// <summary>Group that machines join.</summary>
    public string? Group { get; init; }

    /// <summary>Name that the machine must have; absent = any.</summary>
    public string? Machine { get; init; }

    /// <summary>Departed machine that may rejoin with it.</summary>
    public Guid? Restore { get; init; }

    /// <summary>How many machines may join with it.</summary>
    public required int Uses { get; init; }

    /// <summary>How many did.</summary>
    public required int Used { get; init; }

    /// <summary>Whether an administrator must approve each key.</summary>
    public required bool Approve { get; init; }

    /// <summary>Networks that a machine must come from; empty = any.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>Name of the API token that made it.</summary>
    public required string Author { get; init; }

    /// <summary>Instant of creation, UTC; the lifetime counts from it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
