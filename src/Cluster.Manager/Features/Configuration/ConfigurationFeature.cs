namespace Cluster.Manager.Features.Configuration;

/// <summary>The configuration of clusters: snapshots, staging, and the one way in which it changes.</summary>
internal static class ConfigurationFeature
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddConfiguration(this IServiceCollection services) => services
        .AddSingleton<DocumentCache>()
        .AddSingleton<SnapshotStore>()
        .AddSingleton<FleetReader>()
        .AddSingleton<CertificateContents>()
        .AddSingleton<EvaluationCache>()
        .AddSingleton<ChangeAssessor>()
        .AddSingleton<CommitEngine>()
        .AddSingleton<Staging>()
        .AddSingleton<ConfigurationViews>()
        .AddSingleton<ConfigurationWriter>();
}
