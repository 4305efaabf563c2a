namespace Cluster.Manager.Hosting.Metrics;

/// <summary>Counts answers by class of status.</summary>
internal sealed class RequestCounts
{
    private readonly long[] counts = new long[6];

    /// <summary>Counts an answer.</summary>
    public void Count(int status) => Interlocked.Increment(ref counts[Math.Clamp(status / 100, 0, 5)]);

    /// <summary>Answers of a class, for example 2 for 2xx.</summary>
    public long Of(int statusClass) => Interlocked.Read(ref counts[statusClass]);
}
