using System.Collections.Concurrent;

namespace Cluster.Manager.Features.Findings;

/// <summary>
/// Says which domains of a cluster are looked up next: the unknown at once, the answered when they are no longer fresh, the
/// unanswered after pauses that double.
/// </summary>
internal sealed class MxSchedule(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<(Guid ClusterId, string Domain), (DateTimeOffset At, int Failures)> next = new();

    /// <summary>Whether a domain was looked up, with an answer or without.</summary>
    public bool Knows(Guid clusterId, string domain) => next.ContainsKey((clusterId, domain));

    /// <summary>Returns what is due, the longest due first.</summary>
    public IReadOnlyList<string> Due(Guid clusterId, IReadOnlySet<string> wanted)
    {
        var now = clock.GetUtcNow();
        return [
            .. wanted.Select(d => (Domain: d, next.GetValueOrDefault((clusterId, d)).At))
                .Where(d => d.At <= now)
                .OrderBy(d => d.At)
                .ThenBy(d => d.Domain, StringComparer.Ordinal)
                .Select(d => d.Domain)
        ];
    }

    /// <summary>Notes what came of a look-up.</summary>
    public void Note(Guid clusterId, string domain, bool answered)
    {
        var now = clock.GetUtcNow();
        var failures = answered ? 0 : next.GetValueOrDefault((clusterId, domain)).Failures + 1;
        var pause = answered ? Fresh : FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
        next[(clusterId, domain)] = (now + (pause < Fresh ? pause : Fresh), failures);
    }

    /// <summary>Forgets the domains that are not wanted any more.</summary>
    public void Keep(IReadOnlyDictionary<Guid, IReadOnlySet<string>> wanted)
    {
        foreach (var key in next.Keys.Where(k => !wanted.TryGetValue(k.ClusterId, out var domains) || !domains.Contains(k.Domain)).ToList())
            next.TryRemove(key, out _);
    }
}
