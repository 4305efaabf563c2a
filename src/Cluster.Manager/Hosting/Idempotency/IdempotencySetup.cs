namespace Cluster.Manager.Hosting.Idempotency;

/// <summary>Requests that may be repeated: the header <c>Idempotency-Key</c> of POST.</summary>
internal static class IdempotencySetup
{
    /// <summary>Adds what the header needs.</summary>
    public static IServiceCollection AddIdempotency(this IServiceCollection services) =>
        services.AddSingleton<StoredReplies>().AddSingleton<RunningKeys>();

    /// <summary>Serves repeats from the first answer; after authorization, so that a repeat needs the same rights.</summary>
    public static IApplicationBuilder UseIdempotency(this IApplicationBuilder app) => app.UseMiddleware<IdempotencyMiddleware>();
}
