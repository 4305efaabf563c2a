using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Domain.Failures;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>Writes failures as problem documents (RFC 9457): the one mapping from a failure to REST.</summary>
internal static class Problem
{
    /// <summary>Media type of problem documents.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The failure as the result of a handler.</summary>
    public static IResult Of(Failure failure) => new FailureResult(failure);

    public static Task WriteAsync(HttpContext context, Failure failure) =>
        WriteAsync(context, ProblemTypes.Of(failure.Category), failure.Code, failure.Detail, failure.Errors, failure.Extensions);

    /// <summary>Writes a problem that is no failure of a feature, for example an unknown method.</summary>
    public static Task WriteAsync(HttpContext context, ProblemTypes.ProblemType type, string code, string detail) =>
        WriteAsync(context, type, code, detail, [], new Dictionary<string, JsonNode?>());

    /// <summary>The bytes of a problem that belongs to no request that could be read.</summary>
    public static byte[] Write(ProblemTypes.ProblemType type, string code, string detail, string traceId) =>
        Serialize(Make(type, code, detail, traceId));

    /// <summary>The id under which the request is traced and logged.</summary>
    public static string TraceIdOf(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    private static async Task WriteAsync(
        HttpContext context,
        ProblemTypes.ProblemType type,
        string code,
        string detail,
        IReadOnlyList<FieldError> errors,
        IReadOnlyDictionary<string, JsonNode?> extensions)
    {
        var problem = Make(type, code, detail, TraceIdOf(context));
        if (errors.Count > 0) problem["errors"] = new JsonArray([.. errors.Select(Error)]);
        foreach (var (name, value) in extensions) problem[name] = value?.DeepClone();

        var headers = context.Response.Headers;
        if (type.Status is 429 or 503 && headers.RetryAfter.Count == 0) headers.RetryAfter = "1";
        if (type.Status == StatusCodes.Status415UnsupportedMediaType) ReadableMediaTypes.SetHeaders(context);
        context.Response.StatusCode = type.Status;
        context.Response.ContentType = MediaType;
        headers.CacheControl = "no-store";
        headers.ETag = default;
        await context.Response.Body.WriteAsync(Serialize(problem), context.RequestAborted);
    }

    private static JsonObject Make(ProblemTypes.ProblemType type, string code, string detail, string traceId) => new()
    {
        ["type"] = type.Uri,
        ["title"] = type.Title,
        ["status"] = type.Status,
        ["detail"] = detail,
        ["code"] = code,
        ["traceId"] = traceId,
    };

    private static JsonNode Error(FieldError error) =>
        new JsonObject { ["pointer"] = error.Pointer, ["code"] = error.Code, ["detail"] = error.Detail };

    private static byte[] Serialize(JsonObject problem) => JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Readable);

    private sealed class FailureResult(Failure failure) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, failure);
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class ProblemJson : System.Text.Json.Serialization.JsonSerializerContext
{
    // Problem documents are JSON, never part of a page, so quotes and accents stay readable.
    private static readonly ProblemJson Plain = new(
        new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Metadata for writing problem documents.</summary>
    public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<JsonObject> Readable => Plain.JsonObject;
}
