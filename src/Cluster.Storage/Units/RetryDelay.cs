using System.Security.Cryptography;

namespace Cluster.Storage.Units;

/// <summary>
/// How long a unit waits before it runs again: full jitter over a doubling range, so that losers of one race do not meet again.
/// </summary>
internal static class RetryDelay
{
    private const int FirstMilliseconds = 10;
    private const int LargestMilliseconds = 500;

    public static TimeSpan Before(int attempt)
    {
        var range = Math.Min(LargestMilliseconds, FirstMilliseconds << Math.Min(attempt, 10));
        return TimeSpan.FromMilliseconds(1 + RandomNumberGenerator.GetInt32(range));
    }
}
