using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Lists the versions of a name at a level, newest first; also while the level does not define it any more.</summary>
internal static class ListVersions
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("/{name}/versions", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listCertificateVersions",
            "Lists the versions of a certificate at a level, newest first.",
            "Versions stay until they are destroyed, also after the certificate is deleted.")
        .Query("level", "cluster (default), group:NAME or machine:NAME.")
        .Returns<Page<CertificateVersionShape>>()
        .Stageable();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, ConfigurationViews views, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var before = int.MaxValue;
        if (page.Value.After is { } after && !int.TryParse(after, out before))
            return Problem.Of(CommonFailures.InvalidParameter("pageToken", "it belongs to another list."));
        var listed = await units.ReadAsync(context, (db, ct) => ReadAsync(context, db, views, page.Value, before, ct));
        return listed.Match(p => JsonReplies.Json(p, RestJson.Default.PageCertificateVersionShape));
    }

    private static async Task<Page<CertificateVersionShape>> ReadAsync(
        HttpContext context, ClusterDbContext db, ConfigurationViews views, PageRequest page, int before, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var name = SettingsKinds.Certificates.NameOf(context);
        var level = await ItemLevel.FindAsync(db, clusterId, context.Request.Query["level"].FirstOrDefault(), ct);
        var view = await views.ReadAsync(context, db, clusterId, ct);
        var rows = await VersionRows.Of(db, clusterId, level, name)
            .AsNoTracking()
            .Where(v => v.Number < before)
            .OrderByDescending(v => v.Number)
            .Take(page.Size + 1)
            .ToListAsync(ct);
        if (rows.Count == 0 && page.After is null) throw new RefusedException(CommonFailures.NotFound("certificate", name));
        var current = view.Shown.Find(level.Key<CertificateSettings>(name)) is { Hidden: false } item
            ? item.Document!.Read<CertificateSettings>().Version
            : 0;
        var digests = rows.Select(r => r.PublicKeySha256).Distinct().ToList();
        var keys = await db.Keys.AsNoTracking()
            .Where(k => k.ClusterId == clusterId && k.Sealed != null && digests.Contains(k.PublicKeySha256))
            .Select(k => k.PublicKeySha256)
            .ToHashSetAsync(ct);
        var (shown, next) = page.Cut(rows, v => v.Number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return new Page<CertificateVersionShape>
        {
            Items = [.. shown.Select(v => CertificateResponse.ShowVersion(v, v.Number == current, keys.Contains(v.PublicKeySha256)))],
            NextPageToken = next,
        };
    }
}
