using Cluster.Storage.Changes;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Findings;

/// <summary>
/// Looks up, in the background, the MX records of the domains that listeners name: new ones soon after the change, all of them
/// again and again. Without a resolver the last answers stay, what was never answered gives no finding, and one line tells it.
/// </summary>
internal sealed partial class MxWatch(
    MxDomains named,
    MxSchedule schedule,
    MxRecordMemory answers,
    MxLookups lookups,
    ChangeSignal signal,
    ILogger<MxWatch> log) : BackgroundService
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signal.Subscribe();
        while (!stoppingToken.IsCancellationRequested)
        {
            await StepAsync(stoppingToken);
            await WaitAsync(subscription, stoppingToken);
        }
    }

    private async Task StepAsync(CancellationToken ct)
    {
        try
        {
            var domains = await named.ReadAsync(ct);
            answers.Keep(domains);
            schedule.Keep(domains);
            lookups.Begin(domains, ct);
        }
        catch (DatabaseUnavailableException)
        {
            // Others say so; the next round looks again.
        }
#pragma warning disable CA1031 // One answer that nobody thought of must not end the watch; it is logged, and the next round looks again.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(log, e);
        }
    }

    // A change of any cluster is looked at soon, many at once only once; without one the round comes.
    private static async Task WaitAsync(ChangeSubscription subscription, CancellationToken ct)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(ct);
        round.CancelAfter(MxLane.Round);
        try
        {
            await subscription.WaitAsync(round.Token);
            await Task.Delay(Quiet, TimeProvider.System, ct);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // The round is over.
        }
    }

    [LoggerMessage(2403, LogLevel.Error, "A look at MX records failed; the next one is in a minute.", EventName = "MxCheckFailed")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
