using Cluster.Manager.Features.Sessions.Contents;
using Cluster.Manager.Features.Sessions.Reports;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>
/// Runs the writers that gather what many agents send, and drains the streams when the manager goes down: before the ports close,
/// since a closing connection can take the farewell with it.
/// </summary>
internal sealed class SessionWriters(
    SessionOpenings openings,
    ReportStore reports,
    KeyRelease keys,
    SessionRegistry registry,
    TimeProvider clock) : BackgroundService, IHostedLifecycleService
{
    private const uint RetryAfterSeconds = 1;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        registry.DrainAll(RetryAfterSeconds);
        for (var begun = clock.GetTimestamp(); registry.Count > 0 && clock.GetElapsedTime(begun) < DrainLimit;)
        {
            await Task.Delay(DrainLook, clock, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(openings.RunAsync(stoppingToken), reports.RunAsync(stoppingToken), keys.RunAsync(stoppingToken));
}
