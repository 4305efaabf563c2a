namespace Cluster.Manager.Features.Rollouts;

/// <summary>Rollouts: revisions on their way to machines.</summary>
internal static class RolloutsFeature
{
    /// <summary>Adds the runner and its steps.</summary>
    public static IServiceCollection AddRollouts(this IServiceCollection services) => services
        .AddSingleton<MoveDesired>()
        .AddSingleton<StartRollout>()
        .AddSingleton<FollowMachines>()
        .AddSingleton<RolloutReading>()
        .AddSingleton<ReturnToRevision>()
        .AddSingleton<ProgressRollout>()
        .AddSingleton<RolloutSteps>()
        .AddHostedService<RolloutRunner>();
}
