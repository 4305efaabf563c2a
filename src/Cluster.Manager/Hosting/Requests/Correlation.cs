using System.Diagnostics;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>W3C trace context: the id of the caller goes on into logs and audit events, and comes back in the answer.</summary>
internal static class Correlation
{
    /// <summary>Sets <c>traceparent</c> on every answer.</summary>
    public static IApplicationBuilder UseCorrelation(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }) context.Response.Headers.TraceParent = id;
        return next(context);
    });
}
