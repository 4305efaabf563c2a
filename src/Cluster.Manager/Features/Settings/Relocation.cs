using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Contracts.Levels;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Settings;

/// <summary>What copy and move have in common.</summary>
internal static class Relocation
{
    public const string Example = """{"toLevel":"group:edge","replace":false}""";

    public static async Task<IResult> HandleAsync(HttpContext context, SettingWrite writes, SettingsKind kind, string verb, bool remove)
    {
        var body = await context.ReadAsync(RelocationJson.Default.RelocationRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var written = await writes.RunAsync(context, kind, verb, (target, ct) => ToEditsAsync(kind, target, body.Value, remove, ct));
        return written.Match(w => ItemResponse.Written(context, kind, w.Item!, w.Created, w.Outcome));
    }

    /// <summary>The edits of a copy or move; the one at the target level first.</summary>
    public static async Task<Outcome<IReadOnlyList<StagedEdit>>> ToEditsAsync(SettingsKind kind, WriteTarget target, RelocationRequest request, bool remove, CancellationToken ct)
    {
        if (target.Current is not { } item) return await SettingsFailures.NotDefinedAsync(target.Db, kind, target.Name, target.Level, target.View.Shown, ct);
        var to = await ItemLevel.FindWritableAsync(target.Db, target.Write.ClusterId, request.ToLevel, ct);
        if (!to.Succeeded) return to.Failure;
        var key = to.Value.Key(kind.Kind, item.Name);
        if (key == item.Key) return CommonFailures.Invalid("/toLevel", "same-level", "It is the level where the object stands.");
        if (item.Hidden && to.Value.Kind == LevelKind.Cluster) return CommonFailures.Invalid("/toLevel", "hidden-at-cluster", "At cluster level there is nothing to hide.");
        if (request.Replace != true && target.View.Shown.Find(key) is not null) return SettingsFailures.ExistsAtLevel(item.Name, to.Value.Name);
        var there = new StagedEdit { Key = key, Name = item.Name, Kind = item.Hidden ? EditKind.Hide : EditKind.Put, Document = item.Document };
        IReadOnlyList<StagedEdit> edits = remove ? [there, new StagedEdit { Key = item.Key, Name = item.Name, Kind = EditKind.Delete }] : [there];
        return Outcome.Of(edits);
    }
}

/// <summary>Where an item is copied or moved to.</summary>
internal sealed record RelocationRequest
{
    /// <summary>cluster, group:NAME or machine:NAME.</summary>
    public required string ToLevel { get; init; }

    /// <summary>Replace what that level defines; default false.</summary>
    public bool? Replace { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RelocationRequest))]
internal sealed partial class RelocationJson : JsonSerializerContext;
