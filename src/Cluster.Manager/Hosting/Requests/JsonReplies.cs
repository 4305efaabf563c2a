using System.Text.Json.Serialization.Metadata;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>Results of handlers: JSON through generated metadata, or the problem of a failure.</summary>
internal static class JsonReplies
{
    /// <summary>200, or the given status, with JSON.</summary>
    public static IResult Json<T>(T value, JsonTypeInfo<T> typeInfo, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, typeInfo, statusCode: status);

    /// <summary>201 with JSON and Location; the entity tag is set on the answer when given.</summary>
    public static IResult Created<T>(HttpContext context, string location, T value, JsonTypeInfo<T> typeInfo, string? etag = null)
    {
        if (!context.IsDryRun()) context.Response.Headers.Location = location;
        if (etag is not null) context.Response.Headers.ETag = etag;
        return TypedResults.Json(value, typeInfo, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>200 with JSON and an entity tag, or 304 when the caller has it.</summary>
    public static IResult Tagged<T>(HttpContext context, T value, JsonTypeInfo<T> typeInfo, string etag) =>
        context.IsUnchanged(etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Json(value, typeInfo);

    /// <summary>200 with JSON and an entity tag; for things with live fields, which never answer 304.</summary>
    public static IResult Live<T>(HttpContext context, T value, JsonTypeInfo<T> typeInfo, string etag)
    {
        context.Response.Headers.ETag = etag;
        return TypedResults.Json(value, typeInfo);
    }

    /// <summary>The value through a function, or the problem.</summary>
    public static IResult Match<T>(this Outcome<T> outcome, Func<T, IResult> answer) =>
        outcome.Succeeded ? answer(outcome.Value) : Problem.Of(outcome.Failure);
}
