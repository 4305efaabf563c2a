using Cluster.Domain.Configuration;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Cluster.Manager.Features.Configuration;

/// <summary>Gives the configuration of a cluster at a revision: the rows that hold there. A revision never changes, so snapshots are kept.</summary>
internal sealed class SnapshotStore(DocumentCache documents) : IDisposable
{
    private const long MaxItems = 1_000_000;

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxItems });

    /// <summary>The running configuration: that of the highest revision.</summary>
    public Task<ConfigurationSnapshot> RunningAsync(ClusterDbContext db, ManagedCluster cluster, CancellationToken ct) => AtAsync(db, cluster, cluster.Revision, ct);

    /// <summary>The configuration at a revision; 0 = what the cluster began with.</summary>
    public async Task<ConfigurationSnapshot> AtAsync(ClusterDbContext db, ManagedCluster cluster, long revision, CancellationToken ct)
    {
        var key = (cluster.Id, cluster.EpochId, revision);
        if (cache.TryGetValue(key, out ConfigurationSnapshot? known)) return known!;
        var snapshot = await ReadAsync(db, cluster.Id, revision, ct);
        // A unit of work sees its own revision before it is committed, and may be taken back: that is not kept.
        if (revision <= cluster.Revision && db.IsCommitted(cluster.Id, revision)) Keep(cluster.Id, cluster.EpochId, snapshot);
        return snapshot;
    }

    private void Keep(Guid clusterId, Guid epochId, ConfigurationSnapshot snapshot) =>
        cache.Set((clusterId, epochId, snapshot.Revision), snapshot, new MemoryCacheEntryOptions { Size = snapshot.Items.Count + 1, SlidingExpiration = TimeSpan.FromHours(1) });

    private async Task<ConfigurationSnapshot> ReadAsync(ClusterDbContext db, Guid clusterId, long revision, CancellationToken ct)
    {
        var rows = await (
            from item in db.Items.AsNoTracking()
            where item.ClusterId == clusterId && item.FromRevision <= revision && (item.ToRevision == null || item.ToRevision > revision)
            join made in db.Revisions.AsNoTracking() on new { item.ClusterId, Number = item.FromRevision } equals new { made.ClusterId, made.Number } into makers
            from made in makers.DefaultIfEmpty()
            select new { Item = item, made.Author, At = (DateTimeOffset?)made.At }).ToListAsync(ct);
        var texts = await documents.ReadAsync(db, [.. rows.Where(r => r.Item.DocumentHash is not null).Select(r => (r.Item.Kind, r.Item.DocumentHash!))], ct);
        return new ConfigurationSnapshot(clusterId, revision, rows.Select(r => new Item
        {
            Key = new ItemKey(r.Item.LevelKind, r.Item.LevelId, r.Item.Kind, r.Item.NormalizedName),
            Name = r.Item.Name,
            Document = r.Item.DocumentHash is { } hash ? texts[(r.Item.Kind, hash)] : null,
            VersionId = r.Item.Id,
            Revision = r.Item.FromRevision,
            Author = r.Author ?? string.Empty,
            At = r.At,
        }));
    }

    /// <inheritdoc />
    public void Dispose() => cache.Dispose();
}
