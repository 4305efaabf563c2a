using Cluster.Contracts.Levels;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Shows what one level defines.</summary>
internal static class GetItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind) => kind.Returns(settings
        .MapGet(kind.Path, (HttpContext context, ClusterDatabase database, ConfigurationViews views, string? level) => HandleAsync(context, database, views, kind, level))
        .RequireAuthorization(Policies.Viewer)
        .Operation($"get{kind.Singular}", $"Shows the {kind.Words} that one level defines.", "404 not-defined-at-level names the level that it is inherited from.")
        .Stageable());

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, ConfigurationViews views, SettingsKind kind, string? level)
    {
        var outcome = await database.ReadAsync((db, ct) => ReadAsync(context, db, views, kind, level, ct), context.RequestAborted);
        return outcome.Match(answer => answer);
    }

    private static async Task<Outcome<IResult>> ReadAsync(HttpContext context, ClusterDbContext db, ConfigurationViews views, SettingsKind kind, string? levelText, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        var level = await ItemLevel.FindAsync(db, clusterId, levelText, ct);
        if (!level.Succeeded) return level.Failure;
        var view = await views.ReadAsync(context, db, clusterId, ct);
        if (!view.Succeeded) return view.Failure;
        var name = kind.NameOf(context);
        if (view.Value.Shown.Find(level.Value.Key(kind.Kind, name)) is { } item)
        {
            return context.IsUnchanged(ItemResponse.Tag(item)!)
                ? Outcome.Of(Results.StatusCode(StatusCodes.Status304NotModified))
                : Outcome.Of(ItemResponse.Json(ItemResponse.Show(kind, item)));
        }

        if (kind.IsSingleton && level.Value.Kind == LevelKind.Cluster) return Outcome.Of(ItemResponse.Json(ItemResponse.Nothing));
        return await SettingsFailures.NotDefinedAsync(db, kind, name, level.Value, view.Value.Shown, ct);
    }
}
