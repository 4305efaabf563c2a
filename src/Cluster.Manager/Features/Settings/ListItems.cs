using System.Text.Json.Nodes;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Domain.Fleet;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Lists what a level, or every level, defines.</summary>
internal static class ListItems
{
    private const string EveryLevel = "*";

    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind) => kind.ReturnsPage(settings
        .MapGet(
            $"/{kind.Kind}",
            (HttpContext context, ClusterDatabase database, ConfigurationViews views, FleetReader fleet, [AsParameters] ListQuery query) => HandleAsync(context, database, views, fleet, kind, query))
        .RequireAuthorization(Policies.Viewer)
        .Operation($"list{kind.Plural}", $"Lists what a level defines, by name; level=* lists all levels.")
        .Stageable());

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, ConfigurationViews views, FleetReader fleet, SettingsKind kind, ListQuery query)
    {
        var page = PageRequest.Read(query.PageSize, query.PageToken);
        if (!page.Succeeded) return page.Match(_ => Results.Empty);
        var outcome = await database.ReadAsync((db, ct) => ReadAsync(context, db, views, fleet, kind, query.Level, ct), context.RequestAborted);
        return outcome.Match(found => Answer(kind, page.Value, found.Items, found.Fleet));
    }

    private static async Task<Outcome<(IEnumerable<Item> Items, FleetFacts Fleet)>> ReadAsync(
        HttpContext context, ClusterDbContext db, ConfigurationViews views, FleetReader fleet, SettingsKind kind, string? levelText, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var view = await views.ReadAsync(context, db, clusterId, ct);
        if (!view.Succeeded) return view.Failure;
        var facts = await fleet.ReadAsync(db, clusterId, ct);
        if (levelText == EveryLevel) return (view.Value.Shown.Items.Where(i => i.Key.Kind == kind.Kind), facts);
        var level = await ItemLevel.FindAsync(db, clusterId, levelText, ct);
        if (!level.Succeeded) return level.Failure;
        return (view.Value.Shown.At(level.Value.Kind, level.Value.Id).Where(i => i.Key.Kind == kind.Kind), facts);
    }

    private static IResult Answer(SettingsKind kind, PageRequest page, IEnumerable<Item> items, FleetFacts fleet)
    {
        var rows = items.Select(item => (Key: SortKey(item), Item: item))
            .Where(row => page.After is null || string.CompareOrdinal(row.Key, page.After) > 0)
            .OrderBy(row => row.Key, StringComparer.Ordinal)
            .Take(page.Size + 1)
            .ToList();
        var (shown, next) = page.Cut(rows, row => row.Key);
        var answer = new JsonObject { ["items"] = new JsonArray([.. shown.Select(row => ItemResponse.Show(kind, row.Item, fleet.LevelOf(row.Item.Key.LevelKind, row.Item.Key.LevelId)))]) };
        if (next is not null) answer["nextPageToken"] = next;
        return ItemResponse.Json(answer);
    }

    private static string SortKey(Item item) => $"{item.Key.Name}\n{(int)item.Key.LevelKind}\n{item.Key.LevelId}";
}

/// <summary>Which page of which level.</summary>
/// <param name="Level">cluster, group:NAME, machine:NAME, or * for all.</param>
/// <param name="PageSize">Most items, 1 to 500; default 50.</param>
/// <param name="PageToken">nextPageToken of the page before.</param>
internal sealed record ListQuery(string? Level, int? PageSize, string? PageToken);
