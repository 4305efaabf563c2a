using Cluster.Manager.Hosting.Metrics;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Drift;

/// <summary>Drift: differences on hosts that no agent made.</summary>
internal static class DriftFeature
{
    /// <summary>Adds the operation and its figures.</summary>
    public static IServiceCollection AddDrift(this IServiceCollection services) => services
        .AddSingleton<ListDrift>()
        .AddSingleton<IMetricSource, DriftMetrics>();

    /// <summary>Maps the operation under <c>/clusters/{c}</c>.</summary>
    public static void MapDrift(this IEndpointRouteBuilder api) => ListDrift.Map(api.MapGroup("/clusters/{c}/drift")
        .Tagged("drift", "Differences on hosts that no agent made."));
}
