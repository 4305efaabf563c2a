namespace Cluster.Storage;

/// <summary>The form in which instants are stored: UTC, cut to microseconds, the same in both databases.</summary>
public static class Instants
{
    /// <summary>Cuts an instant to what the database keeps.</summary>
    public static DateTimeOffset Cut(DateTimeOffset at) =>
        new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>Microseconds since 1970-01-01T00:00:00Z; negative before.</summary>
    public static long ToMicroseconds(DateTimeOffset at) =>
        (Cut(at).UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The instant of a number of microseconds.</summary>
    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.UtcTicks + (microseconds * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
