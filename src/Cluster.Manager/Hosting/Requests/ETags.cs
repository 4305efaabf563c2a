using System.Globalization;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Microsoft.Net.Http.Headers;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>Strong entity tags of the stored state of one resource, and the conditions of requests (RFC 9110 section 13).</summary>
internal static class ETags
{
    /// <summary>The tag of a stored state: give everything that is stored and shown, nothing that is computed or live.</summary>
    public static string Of(params object?[] state) =>
        $"\"{CanonicalJson.Sha256(string.Join('\n', state.Select(s => Convert.ToString(s, CultureInfo.InvariantCulture))))[..32]}\"";

    /// <summary>
    /// Checks If-Match and If-None-Match of a write or action against the current tag; null = the resource does not exist.
    /// </summary>
    /// <returns>The failure, or null when the request may go on.</returns>
    public static Failure? CheckConditions(this HttpContext context, string? current)
    {
        var headers = context.Request.GetTypedHeaders();
        if (context.Request.Headers.IfMatch.Count > 0 && !Matches(headers.IfMatch, current))
        {
            return new Failure(FailureCategory.Precondition, ProblemCodes.ChangedMeanwhile, current is null
                ? "If-Match was sent, but the resource does not exist."
                : "The resource has changed since you read it. Read it again, then retry.");
        }

        if (context.Request.Headers.IfNoneMatch.Count > 0 && Matches(headers.IfNoneMatch, current))
        {
            return new Failure(
                FailureCategory.Precondition,
                ProblemCodes.ExistsAlready,
                "If-None-Match was sent, but the resource already exists in that state.");
        }

        return null;
    }

    /// <summary>Sets the tag on the answer of a read, and tells whether 304 is the answer.</summary>
    public static bool IsUnchanged(this HttpContext context, string current)
    {
        context.Response.Headers.ETag = current;
        return context.Request.Headers.IfNoneMatch.Count > 0 && Matches(context.Request.GetTypedHeaders().IfNoneMatch, current);
    }

    private static bool Matches(IList<EntityTagHeaderValue> asked, string? current) =>
        current is not null && asked.Any(a => a.Equals(EntityTagHeaderValue.Any) || (!a.IsWeak && a.Tag == current));
}
