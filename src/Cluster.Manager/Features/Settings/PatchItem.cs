using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Settings;

/// <summary>Changes members of what one level defines (RFC 7396).</summary>
internal static class PatchItem
{
    public static void Map(IEndpointRouteBuilder settings, SettingsKind kind)
    {
        var endpoint = settings
            .MapPatch(kind.Path, (HttpContext context, SettingWrite writes, TimeProvider clock) => HandleAsync(context, writes, clock, kind))
            .RequireAuthorization(Policies.Operator)
            .Operation($"patch{kind.Singular}", $"Changes members of the {kind.Words} at one level.", "A member that is null is removed.")
            .LevelAndAcknowledge()
            .Stageable();
        kind.Patch(endpoint);
        kind.Returns(endpoint);
    }

    private static async Task<IResult> HandleAsync(HttpContext context, SettingWrite writes, TimeProvider clock, SettingsKind kind)
    {
        var patch = await context.ReadPatchAsync();
        if (!patch.Succeeded) return Problem.Of(patch.Failure);
        var written = await writes.RunAsync(context, kind, "patch", async (target, ct) =>
        {
            var current = await CurrentAsync(kind, target, ct);
            if (!current.Succeeded) return current.Failure;
            var merged = MergePatch.Merge(current.Value, patch.Value);
            var edit = ItemBody.ToEdit(kind, target.Name, target.Level, JsonSerializer.SerializeToElement(merged, CommitsJson.Default.JsonObject), clock.GetUtcNow());
            if (!edit.Succeeded) return edit.Failure;
            return Outcome.Of<IReadOnlyList<StagedEdit>>([edit.Value with { Name = target.Current?.Name ?? target.Name }]);
        });
        return written.Match(w => ItemResponse.Written(context, kind, w.Item!, false, w.Outcome));
    }

    private static async Task<Outcome<JsonObject>> CurrentAsync(SettingsKind kind, WriteTarget target, CancellationToken ct)
    {
        if (target.Current is { Hidden: true }) return SettingsFailures.HiddenFailure(target.Name);
        if (target.Current is { } item) return JsonNode.Parse(item.Document!.Text)!.AsObject();
        if (kind.IsSingleton && target.Level.Kind == LevelKind.Cluster) return new JsonObject();
        return await SettingsFailures.NotDefinedAsync(target.Db, kind, target.Name, target.Level, target.View.Shown, ct);
    }
}
