namespace Cluster.Manager.Features.Fleet;

/// <summary>What is known of groups and machines, for every feature that decides by it.</summary>
internal static class FleetFeature
{
    /// <summary>Adds the readers.</summary>
    public static IServiceCollection AddFleet(this IServiceCollection services) => services.AddSingleton<FleetReader>();
}
