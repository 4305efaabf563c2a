using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Levels;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Settings;

/// <summary>Changes members of what one level defines (RFC 7396).</summary>
internal static class PatchItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind)
    {
        var endpoint = settings
            .MapPatch(kind.Path, (HttpContext context, UnitRunner units, SettingWrite write) => HandleAsync(context, units, write, kind))
            .RequireAuthorization(Policies.Operator)
            .Operation($"patch{kind.Singular}", $"Changes members of the {kind.Words} at one level.", "A member that is null is removed.")
            .LevelAndAcknowledge()
            .Stageable();
        kind.Patch(endpoint);
        kind.Returns(endpoint);
    }

    /// <summary>The whole operation, for every kind.</summary>
    public static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, SettingWrite write, SettingsKind kind)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var target = await write.OpenAsync(db, request, kind, kind.NameOf(context), ct);
            var merged = MergePatch.Merge(await CurrentAsync(target, ct), patch.Value);
            var edit = await write.ToEditAsync(target, JsonSerializer.SerializeToElement(merged, CommitsJson.Default.JsonObject), ct);
            var stored = await write.StoreAsync(target, "patch", [edit with { Name = target.Current?.Name ?? target.Name }], ct);
            // Even a singleton that no level defined was there for the caller: empty.
            return stored with { Created = false };
        });
        return await write.AnswerAsync(context, written);
    }

    private static async Task<JsonObject> CurrentAsync(ItemTarget target, CancellationToken ct)
    {
        if (target.Current is { Hidden: true }) throw new RefusedException(SettingsFailures.HiddenFailure(target.Name));
        if (target.Current is { } item) return JsonNode.Parse(item.Document!.Text)!.AsObject();
        if (target.Kind.IsSingleton && target.Level.Kind == LevelKind.Cluster) return [];
        target.Hook.RefuseCreation(target.Name).OrRefuse();
        var missing = await SettingsFailures.NotDefinedAsync(target.Db, target.Kind, target.Name, target.Level, target.View.Shown, ct);
        throw new RefusedException(SettingsFailures.PutFirst(missing, target.Level));
    }
}
