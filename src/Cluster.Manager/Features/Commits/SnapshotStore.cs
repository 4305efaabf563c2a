using Cluster.Domain.Configuration;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Cluster.Manager.Features.Commits;

/// <summary>
/// Gives the configuration of a cluster at a revision: the rows that hold there. A revision never changes, so snapshots are kept.
/// </summary>
internal sealed class SnapshotStore(DocumentCache documents) : IDisposable
{
    private const long MaxItems = 1_000_000;

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxItems });

    /// <summary>The running configuration: that of the highest revision.</summary>
    public Task<ConfigurationSnapshot> RunningAsync(ClusterDbContext db, ManagedCluster cluster, CancellationToken ct) =>
        AtAsync(db, cluster, cluster.Revision, ct);

    /// <summary>The configuration at a revision; 0 = what the cluster began with.</summary>
    public async Task<ConfigurationSnapshot> AtAsync(ClusterDbContext db, ManagedCluster cluster, long revision, CancellationToken ct)
    {
        if (cache.TryGetValue((cluster.Id, cluster.EpochId, revision), out ConfigurationSnapshot? known)) return known!;
        var latest = cache.Get<ConfigurationSnapshot>((cluster.Id, cluster.EpochId));
        var snapshot = latest is not null && latest.Revision < revision
            ? await FollowAsync(db, latest, revision, ct)
            : new ConfigurationSnapshot(cluster.Id, revision, await ReadAsync(db, db.Items.AtRevision(cluster.Id, revision), ct));
        // A unit of work sees its own revision before it is committed, and may end without a commit: that is not kept.
        if (revision <= cluster.Revision && db.IsCommitted(cluster.Id, revision))
            Keep(cluster, snapshot, newest: latest is null || latest.Revision < revision);
        return snapshot;
    }

    private void Keep(ManagedCluster cluster, ConfigurationSnapshot snapshot, bool newest)
    {
        var options = new MemoryCacheEntryOptions { Size = snapshot.Items.Count + 1, SlidingExpiration = TimeSpan.FromHours(1) };
        cache.Set((cluster.Id, cluster.EpochId, snapshot.Revision), snapshot, options);
        if (newest) cache.Set((cluster.Id, cluster.EpochId), snapshot, options);
    }

    // From one revision to a later one little changes: only that is read.
    private async Task<ConfigurationSnapshot> FollowAsync(
        ClusterDbContext db, ConfigurationSnapshot from, long revision, CancellationToken ct)
    {
        var (cluster, before) = (from.ClusterId, from.Revision);
        var ended = await db.Items.AsNoTracking()
            .Where(i => i.ClusterId == cluster && i.FromRevision <= before && i.ToRevision > before && i.ToRevision <= revision)
            .Select(i => new ItemKey(i.LevelKind, i.LevelId, i.Kind, i.NormalizedName)).ToListAsync(ct);
        var begun = await ReadAsync(db, db.Items.AtRevision(cluster, revision).Where(i => i.FromRevision > before), ct);
        var changes = ended.ToDictionary(key => key, _ => (Item?)null);
        foreach (var item in begun) changes[item.Key] = item;
        return from.AtRevision(revision, changes);
    }

    private async Task<List<Item>> ReadAsync(ClusterDbContext db, IQueryable<ItemVersion> items, CancellationToken ct)
    {
        var rows = await (
            from item in items.AsNoTracking()
            join made in db.Revisions.AsNoTracking()
                on new { item.ClusterId, Number = item.FromRevision } equals new { made.ClusterId, made.Number } into makers
            from made in makers.DefaultIfEmpty()
            select new { Item = item, made.Author, At = (DateTimeOffset?)made.At }).ToListAsync(ct);
        var texts = await documents.ReadAsync(
            db, [.. rows.Where(r => r.Item.DocumentHash is not null).Select(r => (r.Item.Kind, r.Item.DocumentHash!))], ct);
        return [.. rows.Select(r => new Item
        {
            Key = new ItemKey(r.Item.LevelKind, r.Item.LevelId, r.Item.Kind, r.Item.NormalizedName),
            Name = r.Item.Name,
            Document = r.Item.DocumentHash is { } hash ? texts[(r.Item.Kind, hash)] : null,
            VersionId = r.Item.Id,
            Revision = r.Item.FromRevision,
            Author = r.Author ?? "",
            At = r.At,
        })];
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();
}
