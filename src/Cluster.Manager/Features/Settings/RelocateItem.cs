using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Copy and move: defines at another level what this level defines; a move removes it here, in the same revision.</summary>
internal static class RelocateItem
{
    public const string Example = """{"toLevel":"group:edge","replace":false}""";

    private const string Exists = "409 exists-at-level when the other level has it already and replace is not set.";
    private const string Disappears = "The item disappears from its former level in the same commit. ";

    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind)
    {
        MapOne(settings, kind, "copy", $"Copies the {kind.Words} of one level to another one.", Exists, move: false);
        MapOne(settings, kind, "move", $"Moves the {kind.Words} of one level to another one.", Disappears + Exists, move: true);
    }

    private static void MapOne(
        IEndpointRouteBuilder settings, SettingsKind kind, string verb, string summary, string description, bool move)
    {
        var endpoint = settings
            .MapPost(
                $"{kind.Path}/{verb}",
                (HttpContext context, UnitRunner units, SettingWrite write) => HandleAsync(context, units, write, kind, move))
            .RequireAuthorization(Policies.Operator)
            .Operation($"{verb}{kind.Singular}", summary, description)
            .Body<RelocationRequest>(Example)
            .LevelAndAcknowledge()
            .Stageable();
        kind.Returns(endpoint);
        kind.Returns(endpoint, StatusCodes.Status201Created);
    }

    /// <summary>The whole operation, for every kind.</summary>
    public static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, SettingWrite write, SettingsKind kind, bool move)
    {
        var body = await context.ReadAsync(RestJson.Default.RelocationRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, kind, kind.NameOf(context), ct);
            var there = await ThereAsync(target, body.Value, move, ct);
            StagedEdit[] edits =
                move ? [there, new StagedEdit { Key = target.Current!.Key, Name = there.Name, Kind = EditKind.Delete }] : [there];
            return await write.StoreAsync(target, move ? "move" : "copy", edits, ct);
        });
        return await write.AnswerAsync(context, written);
    }

    // The edit at the level where the item goes.
    private static async Task<StagedEdit> ThereAsync(ItemTarget target, RelocationRequest asked, bool move, CancellationToken ct)
    {
        if (target.Current is not { } item)
            throw new RefusedException(
                await SettingsFailures.NotDefinedAsync(target.Db, target.Kind, target.Name, target.Level, target.View.Shown, ct));
        var to = await ItemLevel.FindWritableAsync(target.Db, target.ClusterId, asked.ToLevel, ct);
        var key = to.Key(target.Kind.Kind, item.Name);
        if (key == item.Key)
            throw new RefusedException(
                CommonFailures.Invalid("/toLevel", FieldErrorCodes.SameLevel, "Source and target level are the same."));
        if (item.Hidden && to.Kind == LevelKind.Cluster)
            throw new RefusedException(
                CommonFailures.Invalid("/toLevel", FieldErrorCodes.HiddenAtCluster, "At cluster level there is nothing to hide."));
        if (asked.Replace != true && target.View.Shown.Find(key) is not null)
            throw new RefusedException(SettingsFailures.ExistsAtLevel(item.Name, to.Name));
        if (item.Hidden) return new StagedEdit { Key = key, Name = item.Name, Kind = EditKind.Hide };
        var edit = new StagedEdit { Key = key, Name = item.Name, Kind = EditKind.Put, Document = item.Document };
        return await target.Hook.TakeAlongAsync(target, to, edit, move, ct);
    }
}
