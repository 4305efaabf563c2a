using System.Security.Cryptography;

namespace Cluster.Agent.Session;

/// <summary>
/// Full-jitter exponential backoff: a random time up to a growing bound, which shrinks again only after a healthy minute.
/// </summary>
internal sealed class Backoff(Func<double>? jitter = null)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);
    private readonly Func<double> jitter = jitter ?? RandomShare;
    private int failures;

    /// <summary>How long to wait after a connection that lasted so long.</summary>
    public TimeSpan Next(TimeSpan lasted)
    {
        failures = lasted >= Healthy ? 1 : Math.Min(failures + 1, 16);
        var bound = Math.Min(Longest.TotalMilliseconds, 500 * Math.Pow(2, failures));
        return TimeSpan.FromMilliseconds(bound * jitter());
    }

    /// <summary>A random share of a time that the manager asked to spread over.</summary>
    public TimeSpan Spread(TimeSpan span) => span * jitter();

    private static double RandomShare() => RandomNumberGenerator.GetInt32(0, 1_000_001) / 1_000_000.0;
}
