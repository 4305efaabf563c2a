using Cluster.Domain.Failures;
using Cluster.Manager.Features.Enrollment;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Rollouts.Assignments;
using Cluster.Manager.Features.Sessions.Push;
using Cluster.Manager.Features.Sessions.Reports;
using Cluster.Protocol;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>An agent that said Hello.</summary>
/// <param name="Machine">Who.</param>
/// <param name="StreamId">Id of the stream.</param>
/// <param name="Hello">What it said.</param>
/// <param name="Call">Cancelled when the call has ended: an opening that waited for the database must not fence the stream that
/// came after it.</param>
internal sealed record SessionOpening(MachinePrincipal Machine, Guid StreamId, Hello Hello, CancellationToken Call);

/// <summary>What is durable once a stream may go on.</summary>
/// <param name="StatusSequence">Newest status that is stored for this generation.</param>
/// <param name="Block">What keeps the machine from getting assignments.</param>
/// <param name="Stream">Number of the stream.</param>
/// <param name="Moved">True when what its bundle is made from has changed: desired must follow.</param>
/// <param name="NewBoot">True when another process of the agent was the last to say something.</param>
internal sealed record SessionOpened(ulong StatusSequence, PushBlock Block, long Stream, bool Moved, bool NewBoot);

/// <summary>
/// Stores that streams were opened, many in one transaction: which stream is the newest of its machine, what the agent announces,
/// its status, and that its identity generation is in use from now on. Who opened it is noted when it says something after
/// Welcome (<see cref="CloneDetector"/>): an opening may be late, of a process that is gone.
/// </summary>
internal sealed class SessionOpenings(
    ClusterDatabase database, ManagerLeases leases, StatusIntake statuses, AnnouncementGate announcements, TimeProvider clock)
{
    private static readonly Failure Given = new(FailureCategory.Unavailable, AgentCodes.StreamEnded, "The call has ended.");
    private DurableBatch<SessionOpening, Outcome<SessionOpened>>? batch;

    /// <summary>Opens a stream; ends when that is durable.</summary>
    public Task<Outcome<SessionOpened>> OpenAsync(SessionOpening opening) => Batch.AddAsync(opening);

    public Task RunAsync(CancellationToken ct) => Batch.RunAsync(ct);

    private DurableBatch<SessionOpening, Outcome<SessionOpened>> Batch =>
        LazyInitializer.EnsureInitialized(ref batch, () => new(WriteAsync));

    private async Task<IReadOnlyList<Outcome<SessionOpened>>> WriteAsync(IReadOnlyList<SessionOpening> openings, CancellationToken ct) =>
        await database.WriteAsync(null, (db, token) => StoreAsync(db, openings, token), ct);

    private async Task<IReadOnlyList<Outcome<SessionOpened>>> StoreAsync(
        ClusterDbContext db, IReadOnlyList<SessionOpening> openings, CancellationToken ct)
    {
        foreach (var clusterId in openings.Select(o => o.Machine.ClusterId).Distinct().Order())
            await db.Unit.LockClusterAsync(clusterId, ct);
        var ids = openings.Select(o => o.Machine.MachineId).ToHashSet();
        var machines = await db.Machines.Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, ct);
        var reports = await db.Reports.Where(r => ids.Contains(r.MachineId)).ToDictionaryAsync(r => r.MachineId, ct);
        var identities =
            (await db.Identities.Where(i => ids.Contains(i.MachineId) && i.RevokedAt == null).ToListAsync(ct)).ToLookup(i => i.MachineId);
        var desired = await db.Desired.Where(d => ids.Contains(d.MachineId))
            .Select(d => new { d.MachineId, d.InputsHash })
            .ToDictionaryAsync(d => d.MachineId, d => d.InputsHash, ct);
        var epochs = await db.Clusters.Where(c => openings.Select(o => o.Machine.ClusterId).Contains(c.Id))
            .ToDictionaryAsync(c => c.Id, c => c.EpochId, ct);

        var results = new List<Outcome<SessionOpened>>(openings.Count);
        foreach (var opening in openings)
        {
            if (opening.Call.IsCancellationRequested) results.Add(Given);
            else if (!machines.TryGetValue(opening.Machine.MachineId, out var machine)) results.Add(EnrollmentFailures.UnknownIdentity);
            else if (FirstUse(identities[machine.Id], opening) is { } failure) results.Add(failure);
            else
            {
                if (!reports.TryGetValue(machine.Id, out var report))
                    db.Reports.Add(reports[machine.Id] = report = new MachineReport { MachineId = machine.Id });
                NoteStream(db, machine, report, opening);
                await announcements.TakeAsync(db, machine, report, opening.Hello.Clone(), ct);
                await ReportAsync(db, report, opening, ct);
                var inputs = AssignmentInputs.Hash(machine, report, epochs[machine.ClusterId]);
                MachineOrders.Acknowledge(machine, opening.Hello.OrdersDone);
                results.Add(
                    new SessionOpened(
                        (ulong)report.Sequence,
                        PushBlock.Of(machine),
                        report.StreamNumber,
                        desired.GetValueOrDefault(machine.Id) != inputs,
                        report.BootId != opening.Hello.BootId));
            }
        }

        return results;
    }

    // From its first use on, the generations before it are dead.
    private Failure? FirstUse(IEnumerable<Storage.Fleet.MachineIdentity> valid, SessionOpening opening)
    {
        var identities = valid.ToList();
        if (identities.Find(i => i.Generation == opening.Machine.Generation) is not { } own) return EnrollmentFailures.UnknownIdentity;
        var now = clock.GetUtcNow();
        own.FirstUsedAt ??= now;
        foreach (var older in identities.Where(i => i.Generation < own.Generation)) older.RevokedAt = now;
        return null;
    }

    private void NoteStream(ClusterDbContext db, Machine machine, MachineReport report, SessionOpening opening)
    {
        // Another manager that holds the stream before it must learn of it: openings are no news otherwise.
        if (report is { StreamId: not null, ManagerId: { } holder } && holder != leases.Id) db.Unit.Announce(machine.ClusterId);
        report.StreamNumber++;
        report.StreamId = opening.StreamId;
        report.ManagerId = leases.Id;
        if (report.Generation < opening.Machine.Generation) CloneDetector.Begin(report);
    }

    private async Task ReportAsync(ClusterDbContext db, MachineReport report, SessionOpening opening, CancellationToken ct)
    {
        var hello = opening.Hello;
        report.TrustSetNumber = (long)hello.TrustSetNumber;
        report.LastSeen = clock.GetUtcNow();
        if (hello.Status is { } status) await statuses.TakeAsync(db, opening.Machine, report, status, ct);
        // A new generation starts counting anew, even before its first status.
        if (report.Generation < opening.Machine.Generation) StatusIntake.Begin(report, opening.Machine.Generation);
    }
}
