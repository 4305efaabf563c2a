namespace Cluster.Manager.Features.Commits;

/// <summary>The configuration of clusters: snapshots, staging, and the one way in which it changes.</summary>
internal static class CommitsFeature
{
    public static IServiceCollection AddCommits(this IServiceCollection services) => services
        .AddSingleton<DocumentCache>()
        .AddSingleton<SnapshotStore>()
        .AddSingleton<CertificateContents>()
        .AddSingleton<EvaluationCache>()
        .AddSingleton<ChangePreviewer>()
        .AddSingleton<CommitEngine>()
        .AddSingleton<RollbackEdits>()
        .AddSingleton<Staging>()
        .AddSingleton<ConfigurationViews>()
        .AddSingleton<CommitOrStage>();
}
