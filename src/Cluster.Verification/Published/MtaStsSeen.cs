namespace Cluster.Verification.Published;

/// <summary>What is known of the MTA-STS policy of a domain, to be kept and given to the next look.</summary>
public sealed record MtaStsSeen
{
    /// <summary>Which of the cases.</summary>
    public required PublishedState State { get; init; }

    /// <summary>Id that the DNS gave when the policy was fetched; null = there is no policy.</summary>
    public string? Id { get; init; }

    /// <summary>The mode of the policy; null = there is none.</summary>
    public MtaStsMode? Mode { get; init; }

    /// <summary>When the policy was fetched; null = there is none.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>How long it counts from then.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>Why it could not be fetched, or fetched again; empty = nothing went wrong.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Nothing is known.</summary>
    public static MtaStsSeen Unknown { get; } = new() { State = PublishedState.Unknown };

    /// <summary>There is no policy.</summary>
    public static MtaStsSeen Nothing { get; } = new() { State = PublishedState.Nothing };

    /// <summary>Whether it can be true at a time: whoever told or kept it may be wrong.</summary>
    public bool IsPossible(DateTimeOffset now) =>
        MaxAge >= TimeSpan.Zero && MaxAge <= MtaStsPolicy.LongestAge && (FetchedAt is not { } at || at <= now);

    /// <summary>Whether a policy counts at a time (RFC 8461, 3.2: max_age).</summary>
    public bool Counts(DateTimeOffset now) => Mode is not null && FetchedAt is { } at && now - at < MaxAge;

    /// <summary>Whether mail must be held back from hosts that cannot be verified.</summary>
    public bool Enforces(DateTimeOffset now) => Mode == MtaStsMode.Enforce && Counts(now);
}
