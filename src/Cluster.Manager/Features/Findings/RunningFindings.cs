using Cluster.Contracts.Findings;
using Cluster.Manager.Features.Configuration;
using Cluster.Storage.Configuration;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Cluster.Manager.Features.Findings;

/// <summary>Gives the findings of the running configuration; remembered until something of the cluster changes, at most for a minute, so that pages are cheap.</summary>
internal sealed class RunningFindings(ClusterDatabase database, ChangeAssessor assessor, TimeProvider clock) : IDisposable
{
    private const int MaxClusters = 100;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxClusters });

    /// <summary>Reads them.</summary>
    public Task<IReadOnlyList<Finding>> ReadAsync(Guid clusterId, CancellationToken ct) => database.ReadAsync(async (db, token) =>
    {
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == clusterId, token);
        if (cache.TryGetValue(clusterId, out Remembered? known) && known!.IsOf(cluster) && clock.GetUtcNow() - known.At < Fresh) return known.Findings;
        var change = await assessor.AssessAsync(db, cluster, [], string.Empty, token);
        var findings = change.Findings();
        cache.Set(clusterId, new Remembered(cluster.EpochId, cluster.Revision, cluster.ChangeCounter, change.Now, findings), new MemoryCacheEntryOptions { Size = 1 });
        return findings;
    }, ct);

    /// <inheritdoc />
    public void Dispose() => cache.Dispose();

    private sealed record Remembered(Guid EpochId, long Revision, long ChangeCounter, DateTimeOffset At, IReadOnlyList<Finding> Findings)
    {
        public bool IsOf(ManagedCluster cluster) => cluster.EpochId == EpochId && cluster.Revision == Revision && cluster.ChangeCounter == ChangeCounter;
    }
}
