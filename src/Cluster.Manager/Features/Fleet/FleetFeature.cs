namespace Cluster.Manager.Features.Fleet;

/// <summary>What is known of machines and what happens to them; every other feature may use it, and it uses none.</summary>
internal static class FleetFeature
{
    /// <summary>Adds what reads and changes the state of machines.</summary>
    public static IServiceCollection AddFleet(this IServiceCollection services) => services
        .AddSingleton<MachineLife>()
        .AddSingleton<MachineReading>()
        .AddSingleton<FleetReader>();
}
