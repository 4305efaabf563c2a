using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Hosting.Limits;

/// <summary>
/// How fast one token may ask, with the headers RateLimit and RateLimit-Policy; callers without a token share the pace of their
/// address.
/// </summary>
internal sealed class RateLimits(ManagerOptions options) : IDisposable
{
    // Who has no valid token gets a tenth of what a token gets, an address together.
    private const int AnonymousShare = 10;

    private readonly PartitionedRateLimiter<Guid> tokens = PartitionedRateLimiter.Create<Guid, Guid>(
        id => RateLimitPartition.GetTokenBucketLimiter(id, _ => Bucket(options.RequestsPerSecond, options.RequestBurst)));

    private readonly PartitionedRateLimiter<IPAddress> addresses = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetTokenBucketLimiter(
            address, _ => Bucket(options.RequestsPerSecond / AnonymousShare, options.RequestBurst / AnonymousShare)));

    private readonly string policy =
        $"\"token\";q={options.RequestBurst};w={Math.Max(1, options.RequestBurst / options.RequestsPerSecond)}";

    /// <summary>Counts a request of a token.</summary>
    /// <returns>The failure when it comes too early.</returns>
    public Failure? Take(HttpContext context)
    {
        if (context.Features.Get<Caller>() is not { } caller)
        {
            return Refuse(addresses.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None));
        }

        using var lease = tokens.AttemptAcquire(caller.TokenId);
        var left = tokens.GetStatistics(caller.TokenId)?.CurrentAvailablePermits ?? 0;
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = policy;
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"token\";r={left};t={Seconds(options.RequestBurst - left)}");
        return lease.IsAcquired ? null : TooMany;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tokens.Dispose();
        addresses.Dispose();
    }

    private static Failure TooMany => new(
        FailureCategory.Busy, ProblemCodes.RateLimited, "Too many requests. Wait as long as Retry-After says.");

    private static Failure? Refuse(RateLimitLease lease)
    {
        using (lease) return lease.IsAcquired ? null : TooMany;
    }

    private long Seconds(long missing) => (missing + options.RequestsPerSecond - 1) / options.RequestsPerSecond;

    private static TokenBucketRateLimiterOptions Bucket(int perSecond, int burst) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        QueueLimit = 0,
        AutoReplenishment = true,
    };
}

/// <summary>Applies the limits to what needs a token.</summary>
internal static class RateLimitSetup
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services) => services.AddSingleton<RateLimits>();

    /// <summary>Must stand right after authentication; health, the OpenAPI document and the agents' port are not counted.</summary>
    public static IApplicationBuilder UseRateLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is not null)
        {
            return next(context);
        }

        return context.RequestServices.GetRequiredService<RateLimits>().Take(context) is { } failure
            ? Problem.WriteAsync(context, failure)
            : next(context);
    });
}
