using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>Partial updates with <c>application/merge-patch+json</c> (RFC 7396).</summary>
internal static class MergePatch
{
    public const string MediaType = "application/merge-patch+json";

    /// <summary>What PATCH reads: plain JSON is taken as a merge patch, because many clients cannot send another media type.</summary>
    public static readonly string[] MediaTypes = [MediaType, "application/json"];

    /// <summary>Reads the patch of the request; it must be an object without duplicate members.</summary>
    public static async Task<Outcome<JsonElement>> ReadPatchAsync(this HttpContext context)
    {
        var read = await context.ReadJsonAsync(MediaTypes);
        if (!read.Succeeded) return read;
        if (read.Value.ValueKind != JsonValueKind.Object) return CommonFailures.Invalid("", FieldErrorCodes.Type, "Expected an object.");
        var errors = new List<FieldError>();
        FindDuplicates(read.Value, "", errors);
        return errors.Count == 0 ? read : CommonFailures.Invalid(errors);
    }

    /// <summary>Applies a patch to the JSON of a thing, and reads the result strictly.</summary>
    public static Outcome<T> Apply<T>(T current, JsonElement patch, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        var merged = Merge(JsonSerializer.SerializeToNode(current, typeInfo), patch);
        return RequestBody.Fit(JsonSerializer.SerializeToElement(merged!, ProblemJson.Default.JsonObject), typeInfo);
    }

    /// <summary>Applies a patch to a document; members that are null in the patch are removed.</summary>
    public static JsonObject Merge(JsonNode? target, JsonElement patch)
    {
        var merged = target as JsonObject ?? [];
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null) merged.Remove(member.Name);
            else if (member.Value.ValueKind == JsonValueKind.Object)
                merged[member.Name] = Merge(Detached(merged, member.Name), member.Value);
            else merged[member.Name] = JsonNode.Parse(
                member.Value.GetRawText(), documentOptions: new JsonDocumentOptions { MaxDepth = RequestBody.MaxDepth });
        }

        return merged;
    }

    private static JsonNode? Detached(JsonObject parent, string name)
    {
        var child = parent[name];
        parent.Remove(name);
        return child;
    }

    private static void FindDuplicates(JsonElement element, string pointer, List<FieldError> errors)
    {
        if (element.ValueKind != JsonValueKind.Object) return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var at = JsonPointer.Member(pointer, member.Name);
            if (!seen.Add(member.Name))
                errors.Add(new FieldError(
                    at, FieldErrorCodes.DuplicateMember, $"The member '{member.Name}' occurs more than once. Keep one of them."));
            FindDuplicates(member.Value, at, errors);
        }
    }
}
