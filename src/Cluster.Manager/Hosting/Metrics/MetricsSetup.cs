using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Endpoints;

namespace Cluster.Manager.Hosting.Metrics;

/// <summary>/metrics: with an owner's token on the REST endpoint, without one on a port of its own.</summary>
internal static class MetricsSetup
{
    private const string Path = "/metrics";

    /// <summary>Adds the figures.</summary>
    public static IServiceCollection AddMetricsText(this IServiceCollection services) => services.AddSingleton<RequestCounts>().AddSingleton<MetricsText>();

    /// <summary>Counts answers, and serves the port that has nothing but /metrics. Must stand before everything that answers.</summary>
    public static IApplicationBuilder UseMetricsText(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<EndpointOfConnection>()?.Kind == EndpointKind.Metrics)
        {
            if (context.Request.Path == Path) await WriteAsync(context, context.RequestServices.GetRequiredService<MetricsText>());
            else context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await next(context);
        context.RequestServices.GetRequiredService<RequestCounts>().Count(context.Response.StatusCode);
    });

    /// <summary>Maps the endpoint for owners.</summary>
    public static void MapMetricsText(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, (HttpContext context, MetricsText metrics) => WriteAsync(context, metrics)).RequireAuthorization(Policies.Owner).ExcludeFromDescription();

    private static async Task WriteAsync(HttpContext context, MetricsText metrics)
    {
        var text = await metrics.WriteAsync(context.RequestAborted);
        context.Response.ContentType = MetricsText.MediaType;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
