using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Lists the certificates of a level, or of every level, with findings.</summary>
internal sealed class ListCertificates(UnitRunner units, ConfigurationViews views, EvaluationCache evaluations, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder certificates) => certificates
        .MapGet("", (HttpContext context, ListCertificates list, [AsParameters] ListQuery query) => list.HandleAsync(context, query))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listCertificates",
            "Lists the certificates that a level defines, by name; level=* lists all levels.",
            "A certificate is listed with its current version and findings. Names that a level only inherits are not listed.")
        .Returns<Page<CertificateShape>>()
        .Stageable();

    private async Task<IResult> HandleAsync(HttpContext context, ListQuery query)
    {
        var page = PageRequest.Read(query.PageSize, query.PageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var listed = await units.ReadAsync(context, (db, ct) => ReadAsync(context, db, page.Value, query.Level, ct));
        return listed.Match(p => JsonReplies.Json(p, RestJson.Default.PageCertificateShape));
    }

    private async Task<Page<CertificateShape>> ReadAsync(
        HttpContext context, ClusterDbContext db, PageRequest page, string? levelText, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var view = await views.ReadAsync(context, db, clusterId, ct);
        var behind = SnapshotFacts.Of(view.Shown).After(page.After);
        if (levelText != "*")
        {
            var level = await ItemLevel.FindAsync(db, clusterId, levelText, ct);
            behind = behind.Where(r => r.Row.Key.LevelKind == level.Kind && r.Row.Key.LevelId == level.Id);
        }

        var rows = behind.Take(page.Size + 1).ToList();
        var (shown, next) = page.Cut(rows, r => r.Key);
        var labels = await LevelLabels.ReadAsync(db, clusterId, ct);
        IReadOnlyList<(Item Item, LevelName Level)> wanted = [
            .. shown.Select(r => (r.Row, labels.Of(r.Row.Key.LevelKind, r.Row.Key.LevelId)))
        ];
        return new Page<CertificateShape>
        {
            Items = await CertificateResponse.ShowAsync(
                db, clusterId, wanted, new SnapshotEvaluation(view.Shown, evaluations, clock.GetUtcNow(), ct), ct),
            NextPageToken = next,
        };
    }
}
