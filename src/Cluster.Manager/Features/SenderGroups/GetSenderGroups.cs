using Cluster.Contracts.Rest;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;

namespace Cluster.Manager.Features.SenderGroups;

/// <summary>Exports the sender groups of a listener at one level.</summary>
internal static class GetSenderGroups
{
    public static void Map(IEndpointRouteBuilder listener) => listener
        .MapGet(
            "/sender-groups",
            (HttpContext context, UnitRunner units, ConfigurationViews views, string? level) => HandleAsync(context, units, views, level))
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "exportSenderGroups",
            "Exports the sender groups of a listener at one level as text, with comments.",
            "One entry a group: NAME: sender, sender $policy (comment). What is exported can be imported again and gives the same groups.")
        .Produces<string>(StatusCodes.Status200OK, MediaTypes.Text)
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, ConfigurationViews views, string? level)
    {
        if (Negotiation.Choose(context, MediaTypes.Text) is null) return Results.StatusCode(StatusCodes.Status406NotAcceptable);
        var read = await units.ReadAsync(context, (db, ct) => ReadAsync(context, views, level, db, ct));
        return read.Match(item => context.IsUnchanged(SenderGroupsText.Tag(item)!)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : SenderGroupsText.Answer(item));
    }

    private static async Task<Item> ReadAsync(
        HttpContext context, ConfigurationViews views, string? levelText, ClusterDbContext db, CancellationToken ct)
    {
        var kind = SettingsKinds.Listeners;
        var level = await ItemLevel.FindAsync(db, context.Cluster().Id, levelText, ct);
        var view = await views.ReadAsync(context, db, context.Cluster().Id, ct);
        var name = kind.NameOf(context);
        if (view.Shown.Find(level.Key(kind.Kind, name)) is not { } item)
            throw new RefusedException(await SettingsFailures.NotDefinedAsync(db, kind, name, level, view.Shown, ct));
        return item.Hidden ? throw new RefusedException(SettingsFailures.HiddenFailure(name)) : item;
    }
}
