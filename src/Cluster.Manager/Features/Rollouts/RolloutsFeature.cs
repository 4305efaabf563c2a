using Cluster.Manager.Hosting.Metrics;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Manager.Features.Rollouts.Progress;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Rollouts: revisions on their way to machines.</summary>
internal static class RolloutsFeature
{
    /// <summary>Adds the runner and its steps.</summary>
    public static IServiceCollection AddRollouts(this IServiceCollection services) => services
        .AddSingleton<AssignMachines>()
        .AddSingleton<StartRollout>()
        .AddSingleton<ReassignStaleMachines>()
        .AddSingleton<RolloutReading>()
        .AddSingleton<RollBackRollout>()
        .AddSingleton<ProgressRollout>()
        .AddSingleton<CancelRollout>()
        .AddSingleton<RolloutWait>()
        .AddSingleton<RolloutWakeups>()
        .AddSingleton<IReportListener>(s => s.GetRequiredService<RolloutWakeups>())
        .AddSingleton<ContentCatalog>()
        .AddSingleton<ContentPruning>()
        .AddSingleton<IMetricSource, RolloutMetrics>()
        .AddHostedService(s => s.GetRequiredService<ContentPruning>())
        .AddHostedService<RolloutRunner>();

    /// <summary>Maps the operations under <c>/clusters/{c}</c>.</summary>
    public static void MapRollouts(this IEndpointRouteBuilder api)
    {
        var rollouts = api.MapGroup("/clusters/{c}/rollouts")
            .Tagged("rollouts", "Revisions on their way to the machines: progress, pausing, cancelling.");
        ListRollouts.Map(rollouts);
        GetRollout.Map(rollouts);
        PauseRollout.Map(rollouts);
        CancelRollout.Map(rollouts);
    }
}
