using Cluster.Contracts.Rollouts;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Storage.Changes;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Progress;

/// <summary>
/// Drives the rollouts of all clusters: observes commits, reports and moves of machines; changes desired and the states of
/// rollouts. It keeps nothing in memory that matters: every step starts from the database and is safe to repeat, so it goes on
/// after a restart and beside other managers.
/// </summary>
internal sealed partial class RolloutRunner(
    ClusterDatabase database,
    ChangeSignal signal,
    RolloutWakeups wakeups,
    StartRollout start,
    ReassignStaleMachines reassign,
    ProgressRollout progress,
    TimeProvider clock, ILogger<RolloutRunner> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private readonly Lock gate = new();
    private HashSet<Guid> changed = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = signal.Subscribe();
        var listening = ListenAsync(subscription, stoppingToken);
        var reported = await AllAsync(stoppingToken);
        Change(reported);
        while (!stoppingToken.IsCancellationRequested)
        {
            var open = await OpenAsync(stoppingToken);
            foreach (var cluster in TakeChanged().Union(reported).Union(open)) await StepAsync(cluster, stoppingToken);
            var (clusters, machines) = await wakeups.WaitAsync(Round, stoppingToken);
            // What many agents report at once is looked at once.
            if (clusters.Count > 0) await Task.Delay(Quiet, clock, stoppingToken);
            reported = [.. clusters];
            if (machines.Count > 0) Change(await ClustersOfAsync(machines, stoppingToken));
        }

        await listening;
    }

    private async Task StepAsync(Guid cluster, CancellationToken ct)
    {
        try
        {
            await start.TryAsync(cluster, ct);
            await reassign.ReassignAsync(cluster, ct);
            if (await progress.StepAsync(cluster, ct)) await start.TryAsync(cluster, ct);
        }
        catch (DatabaseUnavailableException e)
        {
            LogUnavailable(log, e.Message);
            Change([cluster]);
        }
#pragma warning disable CA1031 // A bug that one cluster's data brings out must not stop the rollouts of all others; it is logged each time.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogFailed(log, e, cluster);
        }
    }

    private async Task ListenAsync(ChangeSubscription subscription, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            Change(await subscription.WaitAsync(ct));
            wakeups.Wake();
        }
    }

    private Task<IReadOnlyList<Guid>> AllAsync(CancellationToken ct) => ReadAsync(db => db.Clusters.Select(c => c.Id), ct);

    private Task<IReadOnlyList<Guid>> OpenAsync(CancellationToken ct) => ReadAsync(
        db => db.Rollouts.Where(
            r => r.State == RolloutState.Queued
                || r.State == RolloutState.Running
                || (r.ConfirmDeadline != null && r.ConfirmedAt == null && r.State != RolloutState.RolledBack))
            .Select(r => r.ClusterId).Distinct(),
        ct);

    private Task<IReadOnlyList<Guid>> ClustersOfAsync(IReadOnlySet<Guid> machines, CancellationToken ct) =>
        ReadAsync(db => db.Machines.Where(m => machines.Contains(m.Id)).Select(m => m.ClusterId).Distinct(), ct);

    private async Task<IReadOnlyList<Guid>> ReadAsync(Func<Storage.ClusterDbContext, IQueryable<Guid>> query, CancellationToken ct)
    {
        try
        {
            return await database.ReadAsync(async (db, token) => await query(db).ToListAsync(token), ct);
        }
        catch (DatabaseUnavailableException e)
        {
            LogUnavailable(log, e.Message);
            return [];
        }
    }

    private void Change(IEnumerable<Guid> clusters)
    {
        lock (gate) changed.UnionWith(clusters.Where(c => c != Guid.Empty));
    }

    private HashSet<Guid> TakeChanged()
    {
        lock (gate)
        {
            var taken = changed;
            changed = [];
            return taken;
        }
    }

    [LoggerMessage(2301, LogLevel.Warning, "Rollouts wait for the database: {Reason}", EventName = "RolloutsPostponed")]
    private static partial void LogUnavailable(ILogger log, string reason);

    [LoggerMessage(
        2302, LogLevel.Error,
        "A step of the rollouts of cluster {ClusterId} failed and is tried again.",
        EventName = "RolloutStepFailed")]
    private static partial void LogFailed(ILogger log, Exception exception, Guid clusterId);
}
