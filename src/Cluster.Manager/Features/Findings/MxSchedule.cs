using System.Collections.Concurrent;

namespace Cluster.Manager.Features.Findings;

/// <summary>Says which domains are looked up next: the unknown at once, the answered when they are no longer fresh, the unanswered after pauses that double.</summary>
internal sealed class MxSchedule(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, int Failures)> next = new(StringComparer.Ordinal);

    /// <summary>Whether a domain was looked up, with an answer or without.</summary>
    public bool Knows(string domain) => next.ContainsKey(domain);

    /// <summary>Returns what is due; domains that are not wanted any more are forgotten.</summary>
    public IReadOnlyList<string> Due(IReadOnlySet<string> wanted)
    {
        var now = clock.GetUtcNow();
        foreach (var domain in next.Keys.Where(d => !wanted.Contains(d)).ToList()) next.TryRemove(domain, out _);
        return [.. wanted.Where(d => !next.TryGetValue(d, out var n) || n.At <= now).Order(StringComparer.Ordinal)];
    }

    /// <summary>Notes what came of a look-up.</summary>
    public void Note(string domain, bool answered)
    {
        var now = clock.GetUtcNow();
        var failures = answered ? 0 : next.GetValueOrDefault(domain).Failures + 1;
        var pause = answered ? Fresh : FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        next[domain] = (now + (pause < Fresh ? pause : Fresh), failures);
    }
}
