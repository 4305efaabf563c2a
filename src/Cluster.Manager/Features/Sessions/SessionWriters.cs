namespace Cluster.Manager.Features.Sessions;

/// <summary>Runs the writers that gather what many agents send, and drains the streams when the manager goes down.</summary>
internal sealed class SessionWriters(SessionOpenings openings, ReportStore reports, KeyRelease keys, SessionRegistry registry, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const uint RetryAfterSeconds = 1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var stopping = lifetime.ApplicationStopping.Register(() => registry.DrainAll(RetryAfterSeconds));
        await Task.WhenAll(openings.RunAsync(stoppingToken), reports.RunAsync(stoppingToken), keys.RunAsync(stoppingToken));
    }
}
