using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Diffs;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>Works out the edits that roll back to a revision, of configuration alone.</summary>
internal sealed class RollbackEdits(SnapshotStore snapshots)
{
    /// <summary>
    /// Works them out. Machine layers that did not exist then stay, and a group that holds machines stays, empty of settings.
    /// </summary>
    /// <param name="db">Context of the unit.</param>
    /// <param name="cluster">The cluster, locked.</param>
    /// <param name="revision">Revision to go back to.</param>
    /// <param name="keepCertificates">Certificates that exist keep today's versions.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<StagedEdit>> ToAsync(
        ClusterDbContext db, ManagedCluster cluster, long revision, bool keepCertificates, CancellationToken ct)
    {
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var then = await snapshots.AtAsync(db, cluster, revision, ct);
        // Revision 0 lasted until the first one.
        var mark = Math.Max(revision, 1);
        var at =
            await db.Revisions.AsNoTracking().Where(r => r.ClusterId == cluster.Id && r.Number == mark).Select(r => r.At).SingleAsync(ct);
        var newer =
            await db.Machines.AsNoTracking().Where(m => m.ClusterId == cluster.Id && m.CreatedAt > at).Select(m => m.Id).ToHashSetAsync(ct);
        var known = await db.Machines.AsNoTracking().Where(m => m.ClusterId == cluster.Id).Select(m => m.Id).ToHashSetAsync(ct);
        var full =
            await db.Machines.AsNoTracking().Where(m => m.ClusterId == cluster.Id).Select(m => m.GroupId).Distinct().ToHashSetAsync(ct);
        return [.. ConfigurationDiff.Between(running, then)
            .Where(c => !IsKept(c, newer, known, full, keepCertificates))
            .Select(ToEdit)];
    }

    /// <summary>Works out the edits that undo one revision and leave what later ones touched as it is.</summary>
    /// <param name="db">Context of the unit.</param>
    /// <param name="cluster">The cluster, locked.</param>
    /// <param name="revision">Revision to undo.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<IReadOnlyList<StagedEdit>> WithoutAsync(
        ClusterDbContext db, ManagedCluster cluster, long revision, CancellationToken ct)
    {
        var edits = await ToAsync(db, cluster, revision - 1, keepCertificates: false, ct);
        if (revision == cluster.Revision) return edits;
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var made = await snapshots.AtAsync(db, cluster, revision, ct);
        return [.. edits.Where(e => running.Find(e.Key)?.VersionId == made.Find(e.Key)?.VersionId)];
    }

    /// <summary>The edit that gives an item its content of after the change.</summary>
    public static StagedEdit ToEdit(ItemChange change) => new()
    {
        Key = change.Key,
        Name = change.Name,
        Kind = change.After switch { null => EditKind.Delete, { Hidden: true } => EditKind.Hide, _ => EditKind.Put },
        Document = change.After?.Document,
        BaseVersionId = change.Before?.VersionId,
    };

    private static bool IsKept(ItemChange change, HashSet<Guid> newer, HashSet<Guid> known, HashSet<Guid> full, bool keepCertificates)
    {
        if (change.Key.LevelKind == LevelKind.Machine && (newer.Contains(change.Key.LevelId) || !known.Contains(change.Key.LevelId)))
            return true;
        if (change.Key.Is<GroupSettings>()) return change.After is null && full.Contains(change.Key.LevelId);
        return keepCertificates && change.Key.Is<CertificateSettings>() && change.Before is not null;
    }
}
