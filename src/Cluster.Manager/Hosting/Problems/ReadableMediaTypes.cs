using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Hosting.Problems;

/// <summary>Which media types an operation reads: what 415 names (RFC 9110 section 15.5.16).</summary>
internal static class ReadableMediaTypes
{
    /// <summary>The media types that the operation of the request declares; empty = it reads no body, or there is no operation.</summary>
    public static IReadOnlyList<string> Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ReadableBody>()?.MediaTypes ?? [];

    /// <summary>
    /// Sets <c>Accept</c>, for PATCH <c>Accept-Patch</c> too (RFC 5789 section 2.2), and <c>Accept-Encoding</c> when a coding
    /// was the fault.
    /// </summary>
    public static void SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (context.Request.Headers.ContentEncoding.Count > 0) headers.AcceptEncoding = "identity";
        if (Of(context) is not { Count: > 0 } types) return;
        headers.Accept = string.Join(", ", types);
        if (HttpMethods.IsPatch(context.Request.Method)) headers["Accept-Patch"] = headers.Accept;
    }

    /// <summary>The failure: it says what to send.</summary>
    /// <param name="context">The request.</param>
    /// <param name="otherwise">What is read, when the operation declares nothing.</param>
    public static Failure Refuse(HttpContext context, params IReadOnlyList<string> otherwise)
    {
        var declared = Of(context);
        var types = declared.Count > 0 ? declared : otherwise;
        var hasCoding = context.Request.Headers.ContentEncoding.Count > 0;
        var detail =
            $"Send the body as {string.Join(" or ", types)}{(hasCoding ? ", without Content-Encoding" : "")}, and name it in Content-Type.";
        return new(FailureCategory.UnsupportedMediaType, ProblemCodes.UnsupportedMediaType, detail);
    }
}
