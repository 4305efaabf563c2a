using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Contracts.Rest;
using Cluster.Contracts.Settings;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.Net.Http.Headers;

namespace Cluster.Manager.Features.SenderGroups;

/// <summary>Imports the sender groups of a listener at one level: they replace those that it has, in one write.</summary>
internal static class PutSenderGroups
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void Map(IEndpointRouteBuilder listener) => listener
        .MapPut("/sender-groups", (HttpContext context, UnitRunner units, SettingWrite write) => HandleAsync(context, units, write))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "importSenderGroups",
            "Replaces the sender groups of a listener at one level by those of a text.",
            "The form is that of the export; texts that AsyncOS exports are read too, without the definitions of mail flow policies. An "
                + "entry ALL sets the default policy; without one it stays. Everything that is wrong is told at once, with its line. "
                + "Commits at once with rollout all; with Change-Set it is staged.")
        .LevelAndAcknowledge()
        .Accepts<string>(MediaTypes.Text)
        .Produces<string>(StatusCodes.Status200OK, MediaTypes.Text)
        .Stageable();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, SettingWrite write)
    {
        var table = await ReadAsync(context);
        if (!table.Succeeded) return Problem.Of(table.Failure);
        var written = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var kind = SettingsKinds.Listeners;
            var target = await write.OpenAsync(db, request, kind, kind.NameOf(context), SenderGroupsText.Tag, ct);
            if (target.Current is not { } current)
            {
                throw new RefusedException(
                    await SettingsFailures.NotDefinedAsync(db, kind, target.Name, target.Level, target.View.Shown, ct));
            }

            if (current.Document is not { } document) throw new RefusedException(SettingsFailures.HiddenFailure(target.Name));
            var body = JsonSerializer.SerializeToElement(Replace(document.Text, table.Value), CommitsJson.Default.JsonObject);
            var edit = await write.ToEditAsync(target, body, ct);
            return await write.StoreAsync(target, "import-sender-groups", [edit with { Name = current.Name }], ct);
        });
        return written.Match(w => Answer(context, w));
    }

    private static IResult Answer(HttpContext context, WrittenItem written)
    {
        var item = written.Item ?? throw new InvalidOperationException("A listener that is gone cannot be shown.");
        written.Receipt.SetHeaders(context);
        context.Response.Headers.ETag = SenderGroupsText.Tag(item);
        return SenderGroupsText.Answer(item);
    }

    private static async Task<Outcome<HostAccessTable>> ReadAsync(HttpContext context)
    {
        var isText = RequestBody.HasMediaType(context, MediaTypes.Text);
        if (!isText || !IsUtf8(context)) return ReadableMediaTypes.Refuse(context, SenderGroupsText.MediaType);
        try
        {
            var text = Strict.GetString((await context.ReadBytesAsync()).Span);
            var table = HostAccessTable.Read(text.TrimStart('\uFEFF'));
            return table.Errors.Count > 0 ? CommonFailures.Invalid(table.Errors) : table;
        }
        catch (DecoderFallbackException)
        {
            return CommonFailures.Invalid("", FieldErrorCodes.Text, "The text is not UTF-8; save it in that encoding.");
        }
    }

    private static bool IsUtf8(HttpContext context) =>
        MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
        && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase));

    // All other members of the listener stay as they were written.
    private static JsonObject Replace(string listener, HostAccessTable table)
    {
        var changed = JsonNode.Parse(listener)!.AsObject();
        var groups = new JsonArray([.. table.Groups.Select(g => JsonSerializer.SerializeToNode(g, ContractsJson.Default.SenderGroup))]);
        if (groups.Count > 0) changed["senderGroups"] = groups;
        else if (changed["senderGroups"] is JsonArray { Count: > 0 }) changed.Remove("senderGroups");
        if (table.Default is not { } rest) return changed;
        changed["defaultPolicy"] = rest.Policy;
        if (rest.Comment is { } comment) changed["defaultPolicyComment"] = comment;
        else changed.Remove("defaultPolicyComment");
        return changed;
    }
}
