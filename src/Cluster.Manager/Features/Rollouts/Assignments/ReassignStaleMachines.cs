using Cluster.Contracts.Rollouts;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Fleet;
using Cluster.Storage.Rollouts;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Assignments;

/// <summary>
/// Keeps desired in step with what machines are: their group, capabilities, mode, identity generation and the epoch. New,
/// returning and rejoining machines get the baseline; those that an unconfirmed rollout has moved stay with it.
/// </summary>
internal sealed class ReassignStaleMachines(ClusterDatabase database, AssignMachines assign)
{
    private const int Chunk = 500;

    /// <summary>Finds the machines of a cluster whose desired does not fit what they are, and moves them.</summary>
    public async Task ReassignAsync(Guid clusterId, CancellationToken ct)
    {
        var stale = await database.ReadAsync((db, token) => StaleAsync(db, clusterId, token), ct);
        foreach (var chunk in stale.Chunk(Chunk)) await FollowAsync(clusterId, chunk, ct);
    }

    private static async Task<List<Guid>> StaleAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        if (await db.Clusters.SingleOrDefaultAsync(c => c.Id == clusterId, ct) is not { Baseline: > 0, Forked: false } cluster) return [];
        var rows = await (
            from machine in db.Machines
            where machine.ClusterId == clusterId && machine.Status == MachineStatus.Active
            join report in db.Reports on machine.Id equals report.MachineId
            join desired in db.Desired on machine.Id equals desired.MachineId into assignments
            from desired in assignments.DefaultIfEmpty()
            select new { Machine = machine, report.CapabilityHash, report.Generation, InputsHash = desired == null
                ? null
                : desired.InputsHash, At = desired == null ? (DateTimeOffset?)null : desired.At }).ToListAsync(ct);
        // A confirmation takes the deadline out of the assignments that were made before it.
        var confirmed =
            await db.Rollouts.Where(r => r.ClusterId == clusterId && r.Revision == cluster.Baseline && r.ConfirmDeadline != null)
                .Select(r => r.ConfirmedAt)
                .FirstOrDefaultAsync(ct);
        return [.. rows.Where(r => !string.IsNullOrEmpty(r.CapabilityHash))
            .Where(
                r => r.At < confirmed
                    || r.InputsHash != AssignmentInputs.Hash(
                        r.Machine,
                        new MachineReport { MachineId = r.Machine.Id, CapabilityHash = r.CapabilityHash, Generation = r.Generation },
                        cluster.EpochId))
            .Select(r => r.Machine.Id)];
    }

    private Task<bool> FollowAsync(Guid clusterId, Guid[] machineIds, CancellationToken ct) => database.WriteAsync(
        clusterId,
        async (db, token) =>
        {
            if (await db.Unit.LockClusterAsync(clusterId, token) is not { Baseline: > 0, Forked: false } cluster) return false;
            var terms = await TermsAsync(db, cluster, token);
            var machines = await db.Machines.Where(m => machineIds.Contains(m.Id) && m.Status == MachineStatus.Active).ToListAsync(token);
            var reports =
                await db.Reports.AsNoTracking().Where(r => machineIds.Contains(r.MachineId)).ToDictionaryAsync(r => r.MachineId, token);
            var desired = await db.Desired.Where(d => machineIds.Contains(d.MachineId)).ToDictionaryAsync(d => d.MachineId, token);
            var targets = machines.Where(m => reports.ContainsKey(m.Id))
                .Select(
                    m => new MoveTarget(
                        m,
                        reports[m.Id],
                        desired.GetValueOrDefault(m.Id),
                        terms.Members.Contains(m.Id) ? terms.Unconfirmed! : terms.Baseline))
                .ToList();
            var before = desired.ToDictionary(d => d.Key, d => d.Value.Number);
            var numbers = await assign.AssignAsync(db, cluster, targets, token);
            // One that fits after all, as by the clock of another manager, is looked at again and again: nobody is to be woken for it.
            if (numbers.All(n => before.GetValueOrDefault(n.Key) == n.Value)) db.Unit.DoNotAnnounce(clusterId);
            else await RenumberAsync(db, terms.Running, numbers, token);
            return true;
        },
        ct);

    private static async Task<(RevisionTerms Baseline, RevisionTerms? Unconfirmed, HashSet<Guid> Members, Guid? Running)> TermsAsync(
        ClusterDbContext db, ManagedCluster cluster, CancellationToken ct)
    {
        var baseline = await RevisionTerms.OfAsync(db, cluster.Id, cluster.Baseline, ct);
        var running = await db.Rollouts.AsNoTracking()
            .Where(r => r.ClusterId == cluster.Id && r.State == RolloutState.Running)
            .SingleOrDefaultAsync(ct);
        var unconfirmed = await db.Rollouts.AsNoTracking()
            .Where(r => r.ClusterId == cluster.Id && r.ConfirmDeadline != null && r.ConfirmedAt == null)
            .ToListAsync(ct);
        if (unconfirmed.Find(RolloutStates.AwaitsConfirmation) is not { } waiting) return (baseline, null, [], running?.Id);
        var members =
            await db.RolloutMachines.Where(m => m.RolloutId == waiting.Id && m.Number > 0).Select(m => m.MachineId).ToHashSetAsync(ct);
        return (baseline, RevisionTerms.Of(waiting), members, running?.Id);
    }

    // A running rollout follows the machine by its newest assignment.
    private static async Task RenumberAsync(
        ClusterDbContext db, Guid? rollout, IReadOnlyDictionary<Guid, long> numbers, CancellationToken ct)
    {
        if (rollout is null) return;
        var ids = numbers.Keys.ToList();
        var rows = await db.RolloutMachines.Where(m => m.RolloutId == rollout && ids.Contains(m.MachineId)).ToListAsync(ct);
        foreach (var row in rows) row.Number = numbers[row.MachineId];
    }
}
