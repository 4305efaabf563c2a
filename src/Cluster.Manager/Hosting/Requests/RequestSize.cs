using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Endpoints;
using Cluster.Manager.Hosting.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>
/// Limits of the request line and of header fields. Kestrel's own limits are twice as large: what lies between is answered here
/// as any other refusal, over HTTP/1.1 and HTTP/2; what is even larger Kestrel refuses by itself.
/// </summary>
internal static class RequestSize
{
    /// <summary>Bytes of the request target, path and query.</summary>
    public const int Target = 8 * 1024;

    /// <summary>Bytes of all header fields, names and values.</summary>
    public const int Headers = 32 * 1024;

    /// <summary>Number of header fields.</summary>
    public const int HeaderCount = 64;

    /// <summary>Refuses what is larger; on the REST endpoint alone.</summary>
    public static IApplicationBuilder UseRequestSize(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Features.Get<EndpointOfConnection>()?.Kind is EndpointKind.Agents) return next(context);
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget.Length > Target)
        {
            return Problem.WriteAsync(
                context, ProblemTypes.UriTooLong, ProblemTypes.UriTooLong.Name, $"The path with its query is longer than {Target} "
                    + "bytes. Shorten it.");
        }

        if (HasDotSegment(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? ""))
            return Problem.WriteAsync(context, DotSegment);
        var headers = context.Request.Headers;
        var size = headers.Sum(h => h.Value.Sum(v => h.Key.Length + (v?.Length ?? 0)));
        return headers.Count <= HeaderCount && size <= Headers
            ? next(context)
            : Problem.WriteAsync(
                context,
                ProblemTypes.HeadersTooLarge,
                ProblemTypes.HeadersTooLarge.Name,
                $"A request may have at most {HeaderCount} header fields, and {Headers >> 10} KiB of them. Send fewer or shorter ones.");
    });

    private static Failure DotSegment { get; } = new(
        FailureCategory.Malformed,
        ProblemCodes.MalformedRequest,
        "A segment of the path is '.' or '..', so the request would reach another resource. No name here is written like that.");

    // Whoever escapes a name that is '..' means that name, and not the resource above (RFC 3986, 5.2.4).
    private static bool HasDotSegment(string target)
    {
        var path = target.Split('?')[0];
        return path.Split('/').Any(s => s.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..");
    }
}
