using System.Globalization;
using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Who points to a version: the running configuration, the baseline, what machines should have, open change sets.</summary>
internal static class VersionUse
{
    /// <summary>Number of the version that runs; 0 = none.</summary>
    public static async Task<int> CurrentAsync(ClusterDbContext db, FoundVersion found, DocumentCache documents, CancellationToken ct) =>
        (await PointersAsync(db, found.Row, documents, ct)).Where(p => p.ToRevision is null).Select(p => p.Version).SingleOrDefault();

    /// <summary>Everybody who uses it, for people; empty = nobody.</summary>
    public static async Task<IReadOnlyList<string>> UsersAsync(
        ClusterDbContext db, FoundVersion found, DocumentCache documents, CancellationToken ct)
    {
        var row = found.Row;
        var cluster = await db.Clusters.AsNoTracking().SingleAsync(c => c.Id == row.ClusterId, ct);
        var desired =
            await db.Desired.AsNoTracking().Where(d => d.ClusterId == row.ClusterId).Select(d => d.Revision).Distinct().ToListAsync(ct);
        var pointers = (await PointersAsync(db, row, documents, ct)).Where(p => p.Version == row.Number).ToList();
        var users = new List<string>();
        if (pointers.Exists(p => p.ToRevision is null)) users.Add("the running configuration");
        if (pointers.Exists(p => p.HoldsAt(cluster.Baseline))) users.Add($"the baseline (revision {cluster.Baseline})");
        users.AddRange(
            desired.Where(r => pointers.Exists(p => p.HoldsAt(r)))
                .Order()
                .Select(r => $"machines that should have revision {r.ToString(CultureInfo.InvariantCulture)}"));
        users.AddRange(await ChangeSetsAsync(db, row, documents, ct));
        return users;
    }

    private static async Task<List<Pointer>> PointersAsync(
        ClusterDbContext db, CertificateVersion row, DocumentCache documents, CancellationToken ct)
    {
        var items = await db.Items.AsNoTracking()
            .Where(
                i => i.ClusterId == row.ClusterId
                    && i.LevelKind == row.LevelKind
                    && i.LevelId == row.LevelId
                    && i.Kind == CertificateSettings.Kind
                    && i.NormalizedName == row.Name
                    && i.DocumentHash != null)
            .Select(i => new { i.DocumentHash, i.FromRevision, i.ToRevision }).ToListAsync(ct);
        var texts = await documents.ReadAsync(db, [.. items.Select(i => (CertificateSettings.Kind, i.DocumentHash!))], ct);
        return items.ConvertAll(
            i => new Pointer(
                texts[(CertificateSettings.Kind, i.DocumentHash!)].Read<CertificateSettings>().Version, i.FromRevision, i.ToRevision));
    }

    private static async Task<IEnumerable<string>> ChangeSetsAsync(
        ClusterDbContext db, CertificateVersion row, DocumentCache documents, CancellationToken ct)
    {
        var edits = await (
            from edit in db.ChangeSetEdits.AsNoTracking()
            join set in db.ChangeSets.AsNoTracking() on edit.ChangeSetId equals set.Id
            where set.ClusterId == row.ClusterId
                && set.State == ChangeSetState.Open
                && edit.LevelKind == row.LevelKind
                && edit.LevelId == row.LevelId
                && edit.Kind == CertificateSettings.Kind && edit.NormalizedName == row.Name && edit.DocumentHash != null
            select new { set.Id, edit.DocumentHash }).ToListAsync(ct);
        var texts = await documents.ReadAsync(db, [.. edits.Select(e => (CertificateSettings.Kind, e.DocumentHash!))], ct);
        return edits.Where(e => texts[(CertificateSettings.Kind, e.DocumentHash!)].Read<CertificateSettings>().Version == row.Number)
            .Select(e => $"change set {e.Id}")
            .Distinct();
    }

    private sealed record Pointer(int Version, long FromRevision, long? ToRevision)
    {
        public bool HoldsAt(long revision) => FromRevision <= revision && (ToRevision is null || ToRevision > revision);
    }
}
