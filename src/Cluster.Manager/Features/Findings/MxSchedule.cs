using System.Collections.Concurrent;

namespace Cluster.Manager.Features.Findings;

/// <summary>Says which domains are looked up next: the unknown at once, the answered when they are no longer fresh, the unanswered after pauses that double.</summary>
internal sealed class MxSchedule(TimeSpan fresh)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, int Failures)> next = new(StringComparer.Ordinal);

    /// <summary>Returns what is due; domains that are not wanted any more are forgotten.</summary>
    public IReadOnlyList<string> Due(IReadOnlySet<string> wanted, DateTimeOffset now)
    {
        foreach (var domain in next.Keys.Where(d => !wanted.Contains(d)).ToList()) next.TryRemove(domain, out _);
        return [.. wanted.Where(d => !next.TryGetValue(d, out var n) || n.At <= now).Order(StringComparer.Ordinal)];
    }

    /// <summary>Notes what came of a look-up.</summary>
    public void Note(string domain, bool answered, DateTimeOffset now)
    {
        var failures = answered ? 0 : next.GetValueOrDefault(domain).Failures + 1;
        var pause = answered ? fresh : FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        next[domain] = (now + (pause < fresh ? pause : fresh), failures);
    }
}
