using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Json;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Rollouts;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Cluster.Storage.Rollouts;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Progress;

/// <summary>
/// Starts the newest queued rollout of a cluster and supersedes the older ones: desired of every machine moves, and the baseline
/// unless it must be confirmed.
/// </summary>
internal sealed class StartRollout(ClusterDatabase database, AssignMachines assign, TimeProvider clock)
{
    /// <summary>Starts what may start; safe to call at any time and from several managers.</summary>
    /// <returns>True when a rollout started.</returns>
    public async Task<bool> TryAsync(Guid clusterId, CancellationToken ct)
    {
        // Looked at without the lock first: what waits for another rollout is looked at again and again.
        var may = await database.ReadAsync(
            async (db, token) => Next(await OpenAsync(db, clusterId, token)).Start is not null, ct);
        return may && await database.WriteAsync(clusterId, (db, token) => StartAsync(db, clusterId, token), ct);
    }

    private async Task<bool> StartAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var cluster = await db.Unit.LockClusterAsync(clusterId, ct);
        var open = await OpenAsync(db, clusterId, ct);
        var step = Next(open);
        if (cluster is not { Forked: false } || step.Start is null)
        {
            // Nobody is to be woken for it: this is tried whenever somebody is.
            db.Unit.DoNotAnnounce(clusterId);
            return false;
        }

        var now = clock.GetUtcNow();
        foreach (var older in open.Where(r => step.Superseded.Contains(r.Id)))
        {
            older.State = RolloutState.Superseded;
            older.EndedAt = now;
            older.Lease++;
        }

        await BeginAsync(db, cluster, open.Single(r => r.Id == step.Start), now, ct);
        db.Unit.AfterCommit(() => Failpoint.Reach(FailpointNames.RolloutStarted));
        return true;
    }

    private static QueueStep Next(IEnumerable<RolloutRecord> open) => RolloutQueue.Next([.. open.Select(RolloutStates.ToQueued)]);

    private static Task<List<RolloutRecord>> OpenAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct) =>
        db.Rollouts.Where(r => r.ClusterId == clusterId)
            .Where(
                r => r.State == RolloutState.Queued
                    || r.State == RolloutState.Running
                    || r.State == RolloutState.Paused
                    || (r.ConfirmDeadline != null && r.ConfirmedAt == null))
            .ToListAsync(ct);

    private async Task BeginAsync(
        ClusterDbContext db, ManagedCluster cluster, RolloutRecord rollout, DateTimeOffset now, CancellationToken ct)
    {
        rollout.State = RolloutState.Running;
        rollout.StartedAt = now;
        rollout.Deadline = now.AddSeconds(rollout.ProgressDeadlineSeconds);
        rollout.ConfirmDeadline = rollout.ConfirmWithinSeconds is { } seconds ? now.AddSeconds(seconds) : null;
        rollout.Lease++;
        if (rollout.ConfirmDeadline is null) cluster.Baseline = rollout.Revision;

        var terms = RevisionTerms.Of(rollout);
        var machines = await db.Machines.Where(
            m => m.ClusterId == cluster.Id && (m.Status == MachineStatus.Active || m.Status == MachineStatus.Pending))
            .ToListAsync(ct);
        var reports = await db.Reports.AsNoTracking()
            .Where(r => db.Machines.Any(m => m.Id == r.MachineId && m.ClusterId == cluster.Id))
            .ToDictionaryAsync(r => r.MachineId, ct);
        var desired = await db.Desired.Where(d => d.ClusterId == cluster.Id).ToDictionaryAsync(d => d.MachineId, ct);
        // A machine that waits for approval, or has never said what its services can do, gets the baseline when that changes.
        var targets = machines.Where(
            m => m.Status == MachineStatus.Active && reports.TryGetValue(m.Id, out var report) && report.CapabilityHash.Length > 0)
            .Select(m => new MoveTarget(m, reports[m.Id], desired.GetValueOrDefault(m.Id), terms)).ToList();
        var numbers = await assign.AssignAsync(db, cluster, targets, ct);
        db.RolloutMachines.AddRange(machines.Select(m => new RolloutMachine
        {
            RolloutId = rollout.Id,
            MachineId = m.Id,
            State = RolloutMachineState.Waiting,
            At = now,
            Number = numbers.GetValueOrDefault(m.Id),
        }));
    }
}
