using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>What operations on one version have in common.</summary>
internal static class VersionActions
{
    /// <summary>Finds the version in the path; one that is not there is refused. In a unit that writes it is tracked.</summary>
    public static async Task<FoundVersion> FindAsync(HttpContext context, ClusterDbContext db, int number, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var name = SettingsKinds.Certificates.NameOf(context);
        var level = await ItemLevel.FindAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
        var row = await VersionRows.Of(db, clusterId, level, name).SingleOrDefaultAsync(v => v.Number == number, ct)
            ?? throw new RefusedException(CommonFailures.NotFound("version", $"{name}/{number}"));
        return new FoundVersion(level, row);
    }

    /// <summary>Entity tag of a version.</summary>
    public static string Tag(CertificateVersion row) => ETags.Of(row.Id, row.CompromisedAt?.UtcTicks, row.DestroyedAt?.UtcTicks);

    /// <summary>Machines that ever received one of the keys.</summary>
    public static async Task<IReadOnlyList<KeyHolderShape>> HoldersAsync(
        ClusterDbContext db, Guid clusterId, IReadOnlyList<string> publicKeys, CancellationToken ct)
    {
        var deliveries = await db.KeyDeliveries.AsNoTracking()
            .Where(d => d.ClusterId == clusterId && publicKeys.Contains(d.PublicKeySha256))
            .ToListAsync(ct);
        if (deliveries.Count == 0) return [];
        var labels = await LevelLabels.ReadAsync(db, clusterId, ct);
        return [.. deliveries
            .Select(
                d => new KeyHolderShape
                {
                    Machine = labels.Machine(d.MachineId),
                    PublicKeySha256 = d.PublicKeySha256,
                    First = d.First,
                    Last = d.Last
                })
            .OrderBy(h => h.Machine, StringComparer.Ordinal).ThenBy(h => h.PublicKeySha256, StringComparer.Ordinal)];
    }

    /// <summary>Shows a version alone, with the machines that hold its key.</summary>
    public static async Task<CertificateVersionShape> ShowAsync(ClusterDbContext db, FoundVersion found, int current, CancellationToken ct)
    {
        var row = found.Row;
        var hasKey =
            await db.Keys.AnyAsync(k => k.ClusterId == row.ClusterId && k.PublicKeySha256 == row.PublicKeySha256 && k.Sealed != null, ct);
        return CertificateResponse.ShowVersion(row, row.Number == current, hasKey) with
        {
            HeldBy = await HoldersAsync(db, row.ClusterId, [row.PublicKeySha256], ct)
        };
    }
}

internal sealed record FoundVersion(ItemLevel Level, CertificateVersion Row);
