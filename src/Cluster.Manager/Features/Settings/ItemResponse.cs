using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Settings;

/// <summary>How an item is shown: its document as written, its name, and in lists its level.</summary>
internal static class ItemResponse
{
    private const string MediaType = "application/json; charset=utf-8";

    /// <summary>What a cluster shows of a singleton that it does not define.</summary>
    public static JsonObject Nothing => [];

    /// <summary>Entity tag of what a level defines; null = it defines nothing.</summary>
    public static string? Tag(Item? item)
    {
        if (item is null) return null;
        var staged = item.VersionId is null && item.Revision == 0 ? "staged" : "";
        return ETags.Of(
            item.Key.LevelKind, item.Key.LevelId, item.Key.Kind, item.Name, item.Document?.Hash ?? "hidden", staged);
    }

    /// <summary>Shows an item.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="item">The item.</param>
    /// <param name="level">Its level; null = left out.</param>
    public static JsonObject Show(SettingsKind kind, Item item, LevelName? level = null)
    {
        var shown = item.Hidden ? new JsonObject { ["hidden"] = true } : JsonNode.Parse(item.Document.Text)!.AsObject();
        if (!kind.IsSingleton) shown[kind.NameMember] = item.Name;
        if (level is { } name) shown["level"] = name.ToString();
        return shown;
    }

    /// <summary>Answers with an item after it was written.</summary>
    public static IResult Written(HttpContext context, WrittenItem written)
    {
        var item = written.Item ?? throw new InvalidOperationException("An item that is gone cannot be shown.");
        written.Receipt.SetHeaders(context);
        context.Response.Headers.ETag = Tag(item);
        return Json(Show(written.Kind, item), written.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary>Answers with JSON in canonical order of members.</summary>
    public static IResult Json(JsonObject json, int status = StatusCodes.Status200OK)
    {
        var text = CanonicalJson.ToText(JsonSerializer.SerializeToElement(json, CommitsJson.Default.JsonObject));
        return Results.Text(text, MediaType, statusCode: status);
    }
}
