using Cluster.Storage.Changes;

namespace Cluster.Manager.Hosting.Database;

/// <summary>Runs the watch for changes of other processes while the manager runs.</summary>
internal sealed class ChangeWatcher(ChangeWatch watch) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => watch.RunAsync(stoppingToken);
}
