using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>The common course of reads of one certificate: level, item, version.</summary>
internal sealed class CertificateReads(ClusterDatabase database, ConfigurationViews views)
{
    /// <summary>Finds the item of the path and gives it to the reader, in one unit.</summary>
    public Task<Outcome<T>> ItemAsync<T>(HttpContext context, Func<FoundItem, CancellationToken, Task<Outcome<T>>> read) => database.ReadAsync(
        async (db, ct) =>
        {
            var found = await FindAsync(context, db, ct);
            return found.Succeeded ? await read(found.Value, ct) : (Outcome<T>)found.Failure;
        },
        context.RequestAborted);

    /// <summary>Finds the item of the path with the version that it points to.</summary>
    public Task<Outcome<T>> VersionAsync<T>(HttpContext context, Func<FoundItem, CertificateVersion, CancellationToken, Task<Outcome<T>>> read) => ItemAsync<T>(
        context,
        async (found, ct) =>
        {
            var row = await RowAsync(found, ct);
            return row.Succeeded ? await read(found, row.Value, ct) : (Outcome<T>)row.Failure;
        });

    /// <summary>Finds the item of the path with the version that it points to, in the caller's unit of work.</summary>
    public async Task<Outcome<(FoundItem Item, CertificateVersion Version)>> FindVersionAsync(HttpContext context, ClusterDbContext db, CancellationToken ct)
    {
        var found = await FindAsync(context, db, ct);
        if (!found.Succeeded) return found.Failure;
        var row = await RowAsync(found.Value, ct);
        return row.Succeeded ? (found.Value, row.Value) : row.Failure;
    }

    private static async Task<Outcome<CertificateVersion>> RowAsync(FoundItem found, CancellationToken ct)
    {
        if (found.Item.Hidden) return SettingsFailures.HiddenFailure(found.Item.Name);
        var number = found.Item.Document!.Read<CertificateSettings>().Version;
        var row = await VersionRows.Of(found.Db, found.ClusterId, found.Level, found.Item.Key.Name).AsNoTracking().SingleOrDefaultAsync(v => v.Number == number, ct);
        if (row is null) return CommonFailures.NotFound("version", $"{number}");
        return row.DestroyedAt is null ? row : CertificateFailures.Destroyed(number);
    }

    private async Task<Outcome<FoundItem>> FindAsync(HttpContext context, ClusterDbContext db, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var level = await ItemLevel.FindAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
        if (!level.Succeeded) return level.Failure;
        var view = await views.ReadAsync(context, db, clusterId, ct);
        if (!view.Succeeded) return view.Failure;
        var name = SettingsKinds.Certificates.NameOf(context);
        return view.Value.Shown.Find(level.Value.Key(Kinds.Certificates, name)) is { } item
            ? new FoundItem(db, clusterId, level.Value, view.Value, item)
            : await SettingsFailures.NotDefinedAsync(db, SettingsKinds.Certificates, name, level.Value, view.Value.Shown, ct);
    }
}

/// <summary>An item that was found.</summary>
internal sealed record FoundItem(ClusterDbContext Db, Guid ClusterId, ItemLevel Level, ConfigurationView View, Item Item);
