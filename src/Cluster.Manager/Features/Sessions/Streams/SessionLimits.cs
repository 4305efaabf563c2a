namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>Timing and limits of the agents' streams.</summary>
internal sealed record SessionLimits
{
    /// <summary>Seconds between heartbeats that the manager asks for.</summary>
    public int HeartbeatSeconds { get; init; } = 60;

    /// <summary>Seconds over which agents spread their first reconnect.</summary>
    public int ReconnectSpreadSeconds { get; init; } = 5;

    /// <summary>How long Hello may take.</summary>
    public TimeSpan HelloTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Age at which a stream is drained, before jitter.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>After which time an offer without an answer no longer holds up a newer one.</summary>
    public TimeSpan OfferTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often last-seen is written.</summary>
    public TimeSpan LastSeenInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a manager renews its lease, and looks at those of others.</summary>
    public TimeSpan LeaseInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the lease of another manager may stand still before its streams count as ended.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Bytes on their way to all agents together.</summary>
    public long BytesInFlight { get; init; } = 64L * 1024 * 1024;

    /// <summary>Hashes that one content request may name.</summary>
    public const int MaxRequestedHashes = 1024;

    /// <summary>Bytes of content in one message; more follows in further ones.</summary>
    public const int ContentMessageBytes = 1024 * 1024;
}
