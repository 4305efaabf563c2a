using Cluster.Manager.Hosting.Metrics;
using Cluster.Manager.Hosting.OpenApi;

namespace Cluster.Manager.Features.Machines;

/// <summary>Machines: inventory, state and life. Names, groups, labels and modes take effect at once.</summary>
internal static class MachinesFeature
{
    /// <summary>Adds the operations and the figures of machines.</summary>
    public static IServiceCollection AddMachines(this IServiceCollection services) => services
        .AddSingleton<MachineActions>()
        .AddSingleton<PatchMachine>()
        .AddSingleton<IMetricSource, MachineMetrics>();

    public static void MapMachines(this IEndpointRouteBuilder api)
    {
        var machines = api.MapGroup("/clusters/{c}/machines")
            .Tagged("machines", "Hosts with an agent: inventory, state, and what holds for each.");
        ListMachines.Map(machines);
        PrepareMachine.Map(machines);
        GetMachine.Map(machines);
        PatchMachine.Map(machines);
        ForgetMachine.Map(machines);
        ApproveMachine.Map(machines);
        UnmanageMachine.Map(machines);
        MachineActions.Map(machines);
        CheckMachines.Map(api);
    }
}
