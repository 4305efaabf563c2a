namespace Cluster.Manager.Hosting.Health;

/// <summary>Whether the manager lives, and whether it can serve.</summary>
internal static class HealthEndpoints
{
    /// <summary>Maps the endpoints; they need no token and tell nothing of the installation.</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/healthz").AllowAnonymous().ExcludeFromDescription().DisableHttpMetrics();
        health.MapGet("/live", () => TypedResults.Text("live"));
        health.MapGet("/ready", ReadyAsync);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult ReadyAsync() => TypedResults.Text("ready");
}
