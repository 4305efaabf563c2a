using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Settings;

/// <summary>Removes what one level defines; a farther level's definition holds again.</summary>
internal static class DeleteItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind) => settings
        .MapDelete(kind.Path, (HttpContext context, SettingWrite writes) => HandleAsync(context, writes, kind))
        .RequireAuthorization(Policies.Operator)
        .Operation($"delete{kind.Singular}", $"Removes the {kind.Words} from one level.", "409 in-use with references while something would refer to nothing.")
        .LevelAndAcknowledge()
        .Stageable()
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, SettingWrite writes, SettingsKind kind)
    {
        var written = await writes.RunAsync(context, kind, "delete", async (target, ct) =>
        {
            if (target.Current is { } current) return Outcome.Of<IReadOnlyList<StagedEdit>>([new StagedEdit { Key = current.Key, Name = current.Name, Kind = EditKind.Delete }]);
            return await SettingsFailures.NotDefinedAsync(target.Db, kind, target.Name, target.Level, target.View.Shown, ct);
        });
        return written.Match(w =>
        {
            w.Outcome.SetHeaders(context);
            return Results.NoContent();
        });
    }
}
