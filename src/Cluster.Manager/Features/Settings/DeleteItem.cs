using Cluster.Domain.ChangeSets;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Removes what one level defines; a farther level's definition holds again.</summary>
internal static class DeleteItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind) => settings
        .MapDelete(kind.Path, (HttpContext context, UnitRunner units, SettingWrite write) => HandleAsync(context, units, write, kind))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            $"delete{kind.Singular}",
            $"Removes the {kind.Words} from one level.",
            "409 in-use with references while something would refer to nothing.")
        .LevelAndAcknowledge()
        .Stageable()
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, SettingWrite write, SettingsKind kind)
    {
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, kind, kind.NameOf(context), ct);
            if (target.Current is not { } current)
                throw new RefusedException(
                    await SettingsFailures.NotDefinedAsync(db, kind, target.Name, target.Level, target.View.Shown, ct));
            return await write.StoreAsync(
                target, "delete", [new StagedEdit { Key = current.Key, Name = current.Name, Kind = EditKind.Delete }], ct);
        });
        return written.Match(w =>
        {
            w.Receipt.SetHeaders(context);
            return Results.NoContent();
        });
    }
}
