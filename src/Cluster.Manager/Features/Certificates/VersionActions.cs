using Cluster.Contracts.Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>What operations on one version have in common.</summary>
internal static class VersionActions
{
    /// <summary>Finds the version of the path; a write tracks it.</summary>
    public static async Task<Outcome<FoundVersion>> FindAsync(HttpContext context, ClusterDbContext db, int number, bool write, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var name = SettingsKinds.Certificates.NameOf(context);
        var level = await ItemLevel.FindAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
        if (!level.Succeeded) return level.Failure;
        var query = VersionRows.Of(db, clusterId, level.Value, name);
        var row = await (write ? query.AsTracking() : query.AsNoTracking()).SingleOrDefaultAsync(v => v.Number == number, ct);
        if (row is null) return CommonFailures.NotFound("version", $"{name}/{number}");
        if (write && context.CheckConditions(Tag(row)) is { } failure) return failure;
        return new FoundVersion(level.Value, row);
    }

    /// <summary>Entity tag of a version.</summary>
    public static string Tag(CertificateVersion row) => ETags.Of(row.Id, row.CompromisedAt?.UtcTicks, row.DestroyedAt?.UtcTicks);

    /// <summary>Machines that ever received one of the keys.</summary>
    public static async Task<IReadOnlyList<KeyHolderShape>> HoldersAsync(ClusterDbContext db, Guid clusterId, IReadOnlyList<string> publicKeys, CancellationToken ct)
    {
        var deliveries = await db.KeyDeliveries.AsNoTracking().Where(d => d.ClusterId == clusterId && publicKeys.Contains(d.PublicKeySha256)).ToListAsync(ct);
        if (deliveries.Count == 0) return [];
        var labels = await LevelLabels.ReadAsync(db, clusterId, ct);
        return [.. deliveries
            .Select(d => new KeyHolderShape { Machine = labels.Machine(d.MachineId), PublicKeySha256 = d.PublicKeySha256, First = d.First, Last = d.Last })
            .OrderBy(h => h.Machine, StringComparer.Ordinal).ThenBy(h => h.PublicKeySha256, StringComparer.Ordinal)];
    }

    /// <summary>Shows a version alone, with the machines that hold its key.</summary>
    public static async Task<CertificateVersionShape> ShowAsync(ClusterDbContext db, FoundVersion found, int current, CancellationToken ct)
    {
        var row = found.Row;
        var hasKey = await db.Keys.AnyAsync(k => k.ClusterId == row.ClusterId && k.PublicKeySha256 == row.PublicKeySha256 && k.Sealed != null, ct);
        return CertificateResponse.ShowVersion(row, row.Number == current, hasKey) with { HeldBy = await HoldersAsync(db, row.ClusterId, [row.PublicKeySha256], ct) };
    }
}

/// <summary>A version that was found.</summary>
internal sealed record FoundVersion(ItemLevel Level, CertificateVersion Row);
