using Cluster.Contracts.Certificates;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Configuration;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Lists the certificates of a level, or of every level, with findings.</summary>
internal static class ListCertificates
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("listCertificates", "Lists the certificates that a level defines, by name; level=* lists all levels.")
        .Returns<Page<CertificateShape>>()
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, ConfigurationViews views, TimeProvider clock, [AsParameters] ListQuery query)
    {
        var page = PageRequest.Read(query.PageSize, query.PageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var listed = await database.ReadAsync((db, ct) => ReadAsync(context, db, views, page.Value, query.Level, clock.GetUtcNow(), ct), context.RequestAborted);
        return listed.Match(p => Answers.Json(p, CertificatesJson.Default.PageCertificateShape));
    }

    private static async Task<Outcome<Page<CertificateShape>>> ReadAsync(
        HttpContext context, ClusterDbContext db, ConfigurationViews views, PageRequest page, string? levelText, DateTimeOffset now, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var view = await views.ReadAsync(context, db, clusterId, ct);
        if (!view.Succeeded) return view.Failure;
        var items = view.Value.Shown.Items.Where(i => i.Key.Kind == Kinds.Certificates);
        if (levelText != "*")
        {
            var level = await ItemLevel.FindAsync(db, clusterId, levelText, ct);
            if (!level.Succeeded) return level.Failure;
            items = items.Where(i => i.Key.LevelKind == level.Value.Kind && i.Key.LevelId == level.Value.Id);
        }

        var rows = items.Select(i => (Key: SortKey(i), Item: i))
            .Where(r => page.After is null || string.CompareOrdinal(r.Key, page.After) > 0)
            .OrderBy(r => r.Key, StringComparer.Ordinal)
            .Take(page.Size + 1)
            .ToList();
        var (shown, next) = page.Cut(rows, r => r.Key);
        var labels = await LevelLabels.ReadAsync(db, clusterId, ct);
        IReadOnlyList<(Item Item, LevelName Level)> wanted = [.. shown.Select(r => (r.Item, labels.Of(r.Item.Key.LevelKind, r.Item.Key.LevelId)))];
        return new Page<CertificateShape>
        {
            Items = await CertificateAnswers.ShowAsync(db, clusterId, wanted, new CertificateEvaluation(view.Value.Shown, now), ct),
            NextPageToken = next,
        };
    }

    private static string SortKey(Item item) => $"{item.Key.Name}\n{(int)item.Key.LevelKind}\n{item.Key.LevelId}";
}
