using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>Reads JSON bodies strictly: 400 for what is not JSON, 422 with every error for what does not fit.</summary>
internal static class RequestBody
{
    /// <summary>Depth at which JSON is refused.</summary>
    public const int MaxDepth = 32;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the body as a shape.</summary>
    public static async Task<Outcome<T>> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        var json = await ReadJsonAsync(context, "application/json");
        return json.Succeeded ? Fit(json.Value, typeInfo) : json.Failure;
    }

    /// <summary>Reads the body as a shape; an empty body gives null.</summary>
    public static async Task<Outcome<T?>> ReadOptionalAsync<T>(this HttpContext context, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        if (context.Request.ContentLength is 0 or null
            && context.Request.Headers.TransferEncoding.Count == 0
            && context.Request.ContentType is null)
        {
            return (T?)null;
        }

        var read = await context.ReadAsync(typeInfo);
        return read.Succeeded ? read.Value : read.Failure;
    }

    /// <summary>Reads the body as JSON of any shape with one of the given media types.</summary>
    public static async Task<Outcome<JsonElement>> ReadJsonAsync(this HttpContext context, params string[] mediaTypes)
    {
        if (!HasMediaType(context, mediaTypes))
        {
            return ReadableMediaTypes.Refuse(context, mediaTypes);
        }

        var bytes = await ReadBytesAsync(context);
        // Some editors and PowerShell write one; RFC 8259 section 8.1 lets readers ignore it.
        if (bytes.Span.StartsWith(ByteOrderMark)) bytes = bytes[ByteOrderMark.Length..];
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var errors = new List<FieldError>();
            ReadableText.Check(document.RootElement, "", errors);
            return errors.Count > 0 ? CommonFailures.Invalid(errors) : document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            return NotJson(e);
        }
    }

    /// <summary>Reads the raw body; its size is bounded by the server.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(this HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    /// <summary>Compares JSON with a shape.</summary>
    public static Outcome<T> Fit<T>(JsonElement json, JsonTypeInfo<T> typeInfo)
        where T : class
    {
        try
        {
            var read = DocumentReader.Read(json, typeInfo);
            return read.Value is { } value ? value : CommonFailures.Invalid(read.Errors);
        }
        catch (JsonException e)
        {
            return NotJson(e);
        }
    }

    /// <summary>Whether the body is declared as one of the media types; parameters such as charset=utf-8 are ignored.</summary>
    public static bool HasMediaType(HttpContext context, params string[] mediaTypes)
    {
        var declared = context.Request.ContentType?.Split(';')[0].Trim();
        return context.Request.Headers.ContentEncoding.Count == 0 && mediaTypes.Contains(declared, StringComparer.OrdinalIgnoreCase);
    }

    private static Failure NotJson(JsonException e) =>
        new(
            FailureCategory.Malformed,
            ProblemCodes.NotJson,
            $"The body is not valid JSON in UTF-8, or is nested deeper than {MaxDepth} levels "
            + $"(line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}).");
}
