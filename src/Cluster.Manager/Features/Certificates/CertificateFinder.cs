using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Finds the certificate in the path, as the request sees it; refuses what is not there.</summary>
internal sealed class CertificateFinder(ConfigurationViews views)
{
    public async Task<FoundItem> ItemAsync(HttpContext context, ClusterDbContext db, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var level = await ItemLevel.FindAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
        var view = await views.ReadAsync(context, db, clusterId, ct);
        var name = SettingsKinds.Certificates.NameOf(context);
        return view.Shown.Find(level.Key<CertificateSettings>(name)) is { } item
            ? new FoundItem(db, clusterId, level, view, item)
            : throw new RefusedException(
                await SettingsFailures.NotDefinedAsync(db, SettingsKinds.Certificates, name, level, view.Shown, ct));
    }

    /// <summary>Finds the version that the item points to.</summary>
    public static async Task<CertificateVersion> VersionAsync(FoundItem found, CancellationToken ct)
    {
        if (found.Item.Hidden) throw new RefusedException(SettingsFailures.HiddenFailure(found.Item.Name));
        var number = found.Item.Document!.Read<CertificateSettings>().Version;
        var row = await VersionRows.Of(found.Db, found.ClusterId, found.Level, found.Item.Key.Name).AsNoTracking().SingleOrDefaultAsync(
            v => v.Number == number, ct);
        if (row is null) throw new RefusedException(CommonFailures.NotFound("version", $"{number}"));
        return row.DestroyedAt is null ? row : throw new RefusedException(CertificateFailures.Destroyed(number));
    }
}

internal sealed record FoundItem(ClusterDbContext Db, Guid ClusterId, ItemLevel Level, ConfigurationView View, Item Item);
