using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Endpoints;

namespace Cluster.Manager.Hosting.Metrics;

/// <summary>/metrics: with an owner's token on the REST endpoint, without one on a port of its own.</summary>
internal static class MetricsSetup
{
    private const string Path = "/metrics";

    /// <summary>Adds the text and the figures of the program itself; features add theirs as <see cref="IMetricSource"/>.</summary>
    public static IServiceCollection AddMetricsText(this IServiceCollection services) => services
        .AddSingleton<RequestCounts>()
        .AddSingleton<IMetricSource, ManagerMetrics>()
        .AddSingleton<MetricsText>();

    /// <summary>Counts answers, and serves the port that has nothing but /metrics. Must stand before everything that answers.</summary>
    public static IApplicationBuilder UseMetricsText(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.Features.Get<EndpointOfConnection>()?.Kind == EndpointKind.Metrics)
        {
            await ServeAloneAsync(context);
            return;
        }

        await next(context);
        context.RequestServices.GetRequiredService<RequestCounts>().Count(context.Response.StatusCode);
    });

    /// <summary>Maps the endpoint for owners.</summary>
    public static void MapMetricsText(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, (HttpContext context, MetricsText metrics) => WriteAsync(context, metrics))
            .RequireAuthorization(Policies.Owner)
            .ExcludeFromDescription();

    private static Task ServeAloneAsync(HttpContext context)
    {
        if (context.Request.Path != Path)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            return WriteAsync(context, context.RequestServices.GetRequiredService<MetricsText>());
        }

        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = "GET, HEAD";
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpContext context, MetricsText metrics)
    {
        var text = await metrics.WriteAsync(context.RequestAborted);
        context.Response.ContentType = MetricsText.MediaType;
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
