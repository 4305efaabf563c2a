using System.Collections.Concurrent;
using Cluster.Contracts.Json;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Failures;
using Cluster.Domain.Rollouts;
using Cluster.Storage;
using Cluster.Storage.Rollouts;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Progress;

/// <summary>
/// Takes one step of a cluster's running or unconfirmed rollouts: reads where the machines stand, decides, and stores by
/// compare-and-set on the lease number.
/// </summary>
internal sealed partial class ProgressRollout(
    ClusterDatabase database, RolloutReading reading, RollBackRollout rollBack, TimeProvider clock, ILogger<ProgressRollout> log)
{
    private readonly ConcurrentDictionary<Guid, (Guid Rollout, string Code)> barred = new();

    /// <summary>Takes a step; safe to call at any time and from several managers.</summary>
    /// <returns>True when a rollout ended, so that the next may start.</returns>
    public async Task<bool> StepAsync(Guid clusterId, CancellationToken ct)
    {
        var ended = false;
        foreach (var rollout in await database.ReadAsync((db, token) => OpenAsync(db, clusterId, token), ct))
        {
            var stands = await database.ReadAsync((db, token) => reading.ReadAsync(db, rollout, token), ct);
            var step = RolloutDecision.Next(InputOf(rollout, stands));
            var moved = stands.Where(s => s.State != s.Stored).ToList();
            if (moved.Count == 0 && rollout.State == step.State) continue;
            var stored = await database.WriteAsync(clusterId, (db, token) => StoreAsync(db, rollout, moved, step, token), ct);
            if (stored.Failure is { } failure) TellNotReturned(rollout, failure);
            else ended |= stored.Value;
        }

        return ended;
    }

    // It is tried every two seconds, and told when the reason is another one; of two steps at the same time one tells it.
    private void TellNotReturned(RolloutRecord rollout, Failure failure)
    {
        var now = (rollout.Id, failure.Code);
        if (barred.TryGetValue(rollout.ClusterId, out var told)
            ? told == now || !barred.TryUpdate(rollout.ClusterId, now, told)
            : !barred.TryAdd(rollout.ClusterId, now))
            return;
        LogNotReturned(log, rollout.Id, rollout.Revision, failure.Detail);
    }

    private static async Task<List<RolloutRecord>> OpenAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var rollouts = await db.Rollouts.Where(
            r => r.ClusterId == clusterId && (r.State == RolloutState.Running || (r.ConfirmDeadline != null && r.ConfirmedAt == null)))
            .ToListAsync(ct);
        return [.. rollouts.Where(r => r.State == RolloutState.Running || RolloutStates.AwaitsConfirmation(r))];
    }

    private RolloutInput InputOf(RolloutRecord rollout, IReadOnlyList<MachineRolloutProgress> stands) => new()
    {
        State = rollout.State,
        Now = clock.GetUtcNow(),
        Deadline = rollout.Deadline,
        MaxFailures = rollout.MaxFailures,
        ConfirmDeadline = rollout.ConfirmDeadline,
        Confirmed = rollout.ConfirmedAt is not null,
        Machines = [.. stands.Select(s => new RolloutMachineInput(s.MachineId, s.Reached, s.State))],
    };

    private async Task<Outcome<bool>> StoreAsync(
        ClusterDbContext db, RolloutRecord seen, List<MachineRolloutProgress> moved, RolloutStep step, CancellationToken ct)
    {
        var rollout = await db.Rollouts.SingleOrDefaultAsync(r => r.Id == seen.Id, ct);
        if (rollout is null || rollout.Lease != seen.Lease) return false;
        var now = clock.GetUtcNow();
        rollout.Lease++;
        await StoreMachinesAsync(db, rollout.Id, moved, now, ct);
        if (step.State == rollout.State)
        {
            // Progress of single machines wakes nobody else; whoever shows it reads it.
            db.Unit.DoNotAnnounce(rollout.ClusterId);
            return false;
        }

        rollout.State = step.State;
        rollout.Reason = step.Reason;
        rollout.EndedAt ??= now;
        // Nothing of the step is stored when the way back is barred: the rollout does not say that it went back, and the next
        // step tries again.
        if (step.RollBack && (await rollBack.UnconfirmedAsync(db, rollout, ct)).Failure is { } failure) return failure;
        return true;
    }

    private static async Task StoreMachinesAsync(
        ClusterDbContext db, Guid rolloutId, List<MachineRolloutProgress> moved, DateTimeOffset now, CancellationToken ct)
    {
        var rows =
            moved.Count == 0 ? [] : await db.RolloutMachines.Where(m => m.RolloutId == rolloutId).ToDictionaryAsync(m => m.MachineId, ct);
        foreach (var stand in moved)
        {
            if (!rows.TryGetValue(stand.MachineId, out var row)) continue;
            row.State = stand.State;
            row.At = now;
            row.Error = stand.Error ?? "";
        }
    }

    [LoggerMessage(
        2303, LogLevel.Error,
        "Rollout {Rollout} was not confirmed, but revision {Revision} cannot be rolled back yet: {Detail}",
        EventName = "RevisionNotRolledBack")]
    private static partial void LogNotReturned(ILogger log, Guid rollout, long revision, string detail);
}
