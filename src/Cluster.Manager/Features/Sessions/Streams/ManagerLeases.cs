using System.Collections.Concurrent;
using Cluster.Manager.Features.Rollouts.Progress;
using Cluster.Storage;
using Cluster.Storage.Installation;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>
/// Renews this manager's lease and watches those of the others. One that does not move for the lease time belongs to a dead
/// manager: its streams are ended in the database, so that machines show as offline and rollouts do not wait for them.
/// </summary>
internal sealed partial class ManagerLeases(
    ClusterDatabase database,
    SessionRegistry registry,
    RolloutWakeups wakeups,
    SessionLimits limits,
    TimeProvider clock,
    ILogger<ManagerLeases> log) : BackgroundService
{
    private readonly ConcurrentDictionary<Guid, long> unknown = new();
    private Dictionary<Guid, (long Beat, long Since)> seen = [];
    private HashSet<Guid>? alive;
    private long lookedAt;

    /// <summary>Id of this manager process.</summary>
    public Guid Id { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>
    /// Whether another manager's lease runs; of this one, the registry of open streams tells. One that is new here may have just
    /// started.
    /// </summary>
    public bool IsAlive(Guid manager)
    {
        if (manager == Id) return false;
        if (alive is not { } known || known.Contains(manager)) return true;
        return !seen.ContainsKey(manager)
            && clock.GetElapsedTime(unknown.GetOrAdd(manager, _ => clock.GetTimestamp())) < limits.LeaseTime / 2;
    }

    /// <summary>Renews and looks once.</summary>
    public async Task BeatAsync(CancellationToken ct)
    {
        var stored = await database.WriteAsync(null, RenewAsync, ct);
        var now = clock.GetTimestamp();
        // Whoever could not look for a while has not seen the others stand still: it begins to watch them anew.
        if (alive is not null && clock.GetElapsedTime(lookedAt) >= limits.LeaseTime / 2) seen = [];
        seen = stored.ToDictionary(
            l => l.Key, l => seen.TryGetValue(l.Key, out var known) && known.Beat == l.Value ? known : (l.Value, now));
        lookedAt = now;
        var dead = seen.Where(l => clock.GetElapsedTime(l.Value.Since) >= limits.LeaseTime).ToList();
        alive = [.. seen.Keys.Except(dead.Select(d => d.Key))];
        foreach (var (id, lease) in dead) await EndAsync(id, lease.Beat, ct);
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(BeatAsync, cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(
            ct => database.WriteAsync(null, (db, token) => db.ManagerLeases.Where(l => l.Id == Id).ExecuteDeleteAsync(token), ct),
            cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(limits.LeaseInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryAsync(BeatAsync, stoppingToken);
    }

    private async Task<Dictionary<Guid, long>> RenewAsync(ClusterDbContext db, CancellationToken ct)
    {
        if (await db.ManagerLeases.Where(l => l.Id == Id).ExecuteUpdateAsync(s => s.SetProperty(l => l.Beat, l => l.Beat + 1), ct) == 0)
        {
            db.ManagerLeases.Add(new ManagerLease { Id = Id, Beat = 1 });
            await ClaimAsync(db, ct);
        }

        return await db.ManagerLeases.Where(l => l.Id != Id).ToDictionaryAsync(l => l.Id, l => l.Beat, ct);
    }

    // Others took this manager for dead, because it was held up for long: the streams that are still the newest are its own again.
    private async Task ClaimAsync(ClusterDbContext db, CancellationToken ct)
    {
        foreach (var open in registry.All)
        {
            await db.Reports.Where(r => r.MachineId == open.Machine.MachineId && r.StreamNumber == open.StreamNumber).ExecuteUpdateAsync(
                s => s.SetProperty(r => r.StreamId, open.StreamId).SetProperty(r => r.ManagerId, Id), ct);
        }
    }

    private async Task EndAsync(Guid manager, long beat, CancellationToken ct)
    {
        var ended = await database.WriteAsync(
            null,
            async (db, token) =>
            {
                // Only whoever takes the lease away, and only while it stands where it was seen.
                if (await db.ManagerLeases.Where(l => l.Id == manager && l.Beat == beat).ExecuteDeleteAsync(token) == 0) return -1;
                return await db.Reports.Where(r => r.ManagerId == manager).ExecuteUpdateAsync(
                    s => s.SetProperty(r => r.StreamId, (Guid?)null).SetProperty(r => r.ManagerId, (Guid?)null), token);
            },
            ct);
        if (ended < 0) return;
        LogDead(log, manager, ended);
        wakeups.Wake();
    }

    private async Task TryAsync(Func<CancellationToken, Task> step, CancellationToken ct)
    {
        try
        {
            await step(ct);
        }
        catch (DatabaseUnavailableException e)
        {
            // The next beat tries again; until then the leases of all managers stand still alike.
            LogUnavailable(log, e.Message);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Going down.
        }
    }

    [LoggerMessage(
        2207, LogLevel.Warning,
        "Manager {ManagerId} has not renewed its lease; its {Streams} streams are treated as closed.",
        EventName = "ManagerLeaseExpired")]
    private static partial void LogDead(ILogger log, Guid managerId, int streams);

    [LoggerMessage(
        2208, LogLevel.Warning,
        "The lease of this manager could not be renewed; retrying: {Reason}",
        EventName = "LeaseNotRenewed")]
    private static partial void LogUnavailable(ILogger log, string reason);
}
