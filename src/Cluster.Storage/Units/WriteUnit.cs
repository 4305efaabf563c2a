using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Units;

/// <summary>The unit of work that a context writes in: what happens around its commit.</summary>
public sealed class WriteUnit
{
    private readonly ClusterDbContext db;
    private readonly IDatabaseDialect dialect;
    private readonly IWriteGuard guard;
    private readonly Dictionary<Guid, long> locked = [];
    private bool installationLocked;

    internal WriteUnit(ClusterDbContext db, IDatabaseDialect dialect, IWriteGuard guard)
    {
        this.db = db;
        this.dialect = dialect;
        this.guard = guard;
    }

    internal List<Func<Task>> Hooks { get; } = [];

    internal HashSet<Guid> Announced { get; } = [];

    internal List<HistoryMark> Marks { get; } = [];

    internal Dictionary<Guid, AuditHead> AuditHeads { get; } = [];

    internal bool RolledBack { get; private set; }

    internal bool Committed { get; set; }

    /// <summary>
    /// Runs something after the commit, outside the transaction and the lock; not at all when nothing was committed. Must not
    /// throw.
    /// </summary>
    public void AfterCommit(Action action) => AfterCommitAsync(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Runs something after the commit, before the caller goes on.</summary>
    public void AfterCommitAsync(Func<Task> action) => Hooks.Add(action);

    /// <summary>
    /// Tells every manager that something of a cluster changed; <see cref="Guid.Empty"/> = something of the installation.
    /// </summary>
    public void Announce(Guid clusterId) => Announced.Add(clusterId);

    /// <summary>Withdraws an announcement: what this unit stores is no news to others (reports, last-seen).</summary>
    public void DoNotAnnounce(Guid clusterId) => Announced.Remove(clusterId);

    /// <summary>Stores nothing when the unit ends; what it returns is returned all the same (dry run).</summary>
    public void RollBack() => RolledBack = true;

    /// <summary>
    /// Takes the lock of a cluster; the same lock twice costs nothing. Take clusters before the installation. On PostgreSQL it is
    /// NO KEY UPDATE: writers exclude each other, but rows that refer to the cluster can still be inserted.
    /// </summary>
    /// <returns>The cluster as it stands under the lock; null when there is none.</returns>
    /// <exception cref="DatabaseUnavailableException">The cluster's history is behind what this manager has seen.</exception>
    public async Task<ManagedCluster?> LockClusterAsync(Guid clusterId, CancellationToken ct)
    {
        if (locked.ContainsKey(clusterId)) return await db.Clusters.FindAsync([clusterId], ct).ConfigureAwait(false);
        var rows = await db.Clusters.FromSqlRaw(dialect.ClusterLock, clusterId).AsTracking().ToListAsync(ct).ConfigureAwait(false);
        locked[clusterId] = rows is [var found] ? found.Revision : 0;
        if (rows is not [var cluster]) return null;
        guard.Check(HistoryMark.Of(cluster));
        return cluster;
    }

    /// <summary>
    /// Whether a revision was committed before this unit took the cluster's lock; false for what the unit itself makes, which may
    /// never be committed.
    /// </summary>
    public bool IsCommitted(Guid clusterId, long revision) => locked.TryGetValue(clusterId, out var highest) && revision <= highest;

    /// <summary>Takes the lock of the installation: its audit chain, tokens, trust sets. Take it last and hold it shortly.</summary>
    public async Task LockInstallationAsync(CancellationToken ct)
    {
        if (installationLocked) return;
        installationLocked = true;
        if (dialect.InstallationLock is { } sql) await db.Database.ExecuteSqlRawAsync(sql, ct).ConfigureAwait(false);
    }

    internal async Task FinishAsync(CancellationToken ct)
    {
        await db.SaveChangesAsync(ct).ConfigureAwait(false);
        foreach (var clusterId in Announced.Order()) await CountAsync(clusterId, ct).ConfigureAwait(false);
        if (AuditHeads.TryGetValue(Guid.Empty, out var installation))
            Marks.Add(new HistoryMark(Guid.Empty, 0, Guid.Empty, 0) { Audit = installation });
        if (Announced.Count > 0) await dialect.NotifyAsync(db, ct).ConfigureAwait(false);
    }

    private async Task CountAsync(Guid clusterId, CancellationToken ct)
    {
        if (clusterId == Guid.Empty)
        {
            await db.Installations.ExecuteUpdateAsync(s => s.SetProperty(i => i.ChangeCounter, i => i.ChangeCounter + 1), ct)
                .ConfigureAwait(false);
            return;
        }

        const string Count = "UPDATE clusters SET change_counter = change_counter + 1 WHERE id = {0} RETURNING *";
        var rows = await db.Clusters.FromSqlRaw(Count, clusterId).AsNoTracking().ToListAsync(ct).ConfigureAwait(false);
        Marks.AddRange(rows.Select(c => HistoryMark.Of(c) with { Audit = AuditHeads.TryGetValue(c.Id, out var head) ? head : null }));
    }
}
