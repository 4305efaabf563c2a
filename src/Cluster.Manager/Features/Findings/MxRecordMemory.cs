using System.Collections.Concurrent;
using Cluster.Domain.Validation;
using Cluster.Manager.Features.Commits;

namespace Cluster.Manager.Features.Findings;

/// <summary>
/// What each cluster last saw of the MX records of the domains that its listeners name; requests read it, only the watch writes.
/// Nothing is shared between clusters.
/// </summary>
internal sealed class MxRecordMemory : IMxRecordSource
{
    private readonly ConcurrentDictionary<Guid, Seen> clusters = new();

    /// <summary>Counts the changes of a cluster that findings show.</summary>
    public long VersionOf(Guid clusterId) => clusters.TryGetValue(clusterId, out var seen) ? Interlocked.Read(ref seen.Version) : 0;

    /// <inheritdoc/>
    public MxRecords For(Guid clusterId) => domain => clusters.GetValueOrDefault(clusterId)?.Known.GetValueOrDefault(domain);

    /// <summary>Keeps an answer; one that says the same only gets a new time.</summary>
    public void Set(Guid clusterId, string domain, MxFacts answer)
    {
        var seen = clusters.GetOrAdd(clusterId, static _ => new Seen());
        var same = seen.Known.TryGetValue(domain, out var known) && known.SaysTheSame(answer);
        seen.Known[domain] = answer;
        if (!same) Interlocked.Increment(ref seen.Version);
    }

    /// <summary>Forgets the domains that nobody names any more.</summary>
    public void Keep(IReadOnlyDictionary<Guid, IReadOnlySet<string>> domains)
    {
        foreach (var (clusterId, seen) in clusters)
        {
            if (!domains.TryGetValue(clusterId, out var named)) clusters.TryRemove(clusterId, out _);
            else foreach (var domain in seen.Known.Keys.Where(d => !named.Contains(d)).ToList())
                seen.Known.TryRemove(domain, out _);
        }
    }

    private sealed class Seen
    {
        public readonly ConcurrentDictionary<string, MxFacts> Known = new(StringComparer.Ordinal);
        public long Version;
    }
}
