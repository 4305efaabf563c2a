using Microsoft.Net.Http.Headers;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Chooses the media type of an answer that has several (RFC 9110, 12.5.1).</summary>
internal static class Negotiation
{
    /// <summary>Chooses among those that are offered; the first is the default. Null = the caller accepts none of them (406).</summary>
    public static string? Choose(HttpContext context, params string[] offered)
    {
        context.Response.Headers.Vary = "Accept";
        var accepted = context.Request.GetTypedHeaders().Accept;
        if (accepted is not { Count: > 0 }) return offered[0];
        foreach (var range in accepted.Where(a => a.Quality is not 0)
            .OrderByDescending(a => a, MediaTypeHeaderValueComparer.QualityComparer))
        {
            if (Array.Find(offered, o => MediaTypeHeaderValue.Parse(o).IsSubsetOf(new MediaTypeHeaderValue(range.MediaType))) is { } fit)
                return fit;
        }

        return null;
    }
}
