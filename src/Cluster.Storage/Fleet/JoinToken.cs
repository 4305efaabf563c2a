namespace Cluster.Storage.Fleet;

/// <summary>A one-time join token; only its hash is stored.</summary>
public sealed class JoinToken
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>SHA-256 of the token, lower-case hex.</summary>
    public required string TokenHash { get; init; }

    /// <summary>Group that a machine joins; null = the default group.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>Name that the machine must have; null = any.</summary>
    public string? MachineName { get; init; }

    /// <summary>Departed machine that may rejoin with it; null = none.</summary>
    public Guid? RestoreMachineId { get; init; }

    /// <summary>Source networks as canonical JSON; empty array = any.</summary>
    public required string From { get; init; }

    /// <summary>Whether an administrator must approve the key.</summary>
    public required bool Approve { get; init; }

    /// <summary>How many machines may join with it.</summary>
    public required int Uses { get; init; }

    /// <summary>How many did.</summary>
    public int Used { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Name of the principal who made it.</summary>
    public required string Author { get; init; }

    /// <summary>When it was withdrawn.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>Epoch in which it was made; a new epoch voids it.</summary>
    public required long Epoch { get; init; }
}

/// <summary>One redemption of a token, written in the issuing transaction: the same key gets the same answer again.</summary>
public sealed class JoinRedemption
{
    public required Guid TokenId { get; init; }

    /// <summary>Which use, 1 or higher.</summary>
    public required int Use { get; init; }

    /// <summary>Hash of the public key that redeemed it.</summary>
    public required string PublicKeySha256 { get; init; }

    public required Guid MachineId { get; init; }

    /// <summary>Generation that was issued.</summary>
    public required int Generation { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Serialised JoinResponse.</summary>
    public required byte[] Response { get; init; }
}
