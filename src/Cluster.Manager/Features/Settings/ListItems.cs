using System.Text.Json.Nodes;
using Cluster.Domain.Configuration;
using Cluster.Domain.Fleet;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Lists what a level, or every level, defines.</summary>
internal static class ListItems
{
    private const string EveryLevel = "*";

    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind) => kind.ReturnsPage(settings
        .MapGet(
            $"/{kind.Kind}",
            (HttpContext context, UnitRunner units, ConfigurationViews views, FleetReader fleet, [AsParameters] ListQuery query) =>
                HandleAsync(context, units, views, fleet, kind, query))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            $"list{kind.Plural}",
            $"Lists what a level defines, by name; level=* lists all levels.",
            "Only what the level itself defines is listed, not what it inherits.")
        .Stageable());

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, ConfigurationViews views, FleetReader fleet, SettingsKind kind, ListQuery query)
    {
        var page = PageRequest.Read(query.PageSize, query.PageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var read = await units.ReadAsync(context, async (db, ct) =>
        {
            var clusterId = context.Cluster().Id;
            var view = await views.ReadAsync(context, db, clusterId, ct);
            var facts = await fleet.ReadAsync(db, clusterId, ct);
            if (query.Level == EveryLevel) return (Items: view.Shown.Items, Fleet: facts);
            var level = await ItemLevel.FindAsync(db, clusterId, query.Level, ct);
            return (Items: view.Shown.At(level.Kind, level.Id), Fleet: facts);
        });
        return read.Match(found => Answer(kind, page.Value, found.Items.Where(i => i.Key.Kind == kind.Kind), found.Fleet));
    }

    private static IResult Answer(SettingsKind kind, PageRequest page, IEnumerable<Item> items, FleetFacts fleet)
    {
        var (shown, next) = page.Sort(items, SortKey);
        var answer = new JsonObject
        {
            ["items"] = new JsonArray(
                [.. shown.Select(item => ItemResponse.Show(kind, item, fleet.LevelOf(item.Key.LevelKind, item.Key.LevelId)))])
        };
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
