using Cluster.Contracts.Levels;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Shows what one level defines.</summary>
internal static class GetItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind) => kind.Returns(settings
        .MapGet(
            kind.Path,
            (HttpContext context, UnitRunner units, ConfigurationViews views, string? level) =>
                HandleAsync(context, units, views, kind, level))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            $"get{kind.Singular}",
            $"Shows the {kind.Words} that one level defines.",
            "404 not-defined-at-level names the level that it is inherited from.")
        .Stageable());

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, ConfigurationViews views, SettingsKind kind, string? levelText)
    {
        var read = await units.ReadAsync(context, async (db, ct) =>
        {
            var clusterId = context.Cluster().Id;
            var level = await ItemLevel.FindAsync(db, clusterId, levelText, ct);
            var view = await views.ReadAsync(context, db, clusterId, ct);
            var name = kind.NameOf(context);
            var item = view.Shown.Find(level.Key(kind.Kind, name));
            if (item is not null || (kind.IsSingleton && level.Kind == LevelKind.Cluster)) return item;
            throw new RefusedException(await SettingsFailures.NotDefinedAsync(db, kind, name, level, view.Shown, ct));
        });
        return read.Match(item => Answer(context, kind, item));
    }

    private static IResult Answer(HttpContext context, SettingsKind kind, Item? item)
    {
        if (item is null) return ItemResponse.Json(ItemResponse.Nothing);
        return context.IsUnchanged(ItemResponse.Tag(item)!)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : ItemResponse.Json(ItemResponse.Show(kind, item));
    }
}
