using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Push;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Protocol.V1;
using Cluster.Storage;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>Something that an agent reported after Hello.</summary>
/// <param name="Machine">Who.</param>
/// <param name="Stream">Number of the stream that it came over.</param>
/// <param name="Status">A new status; null = none.</param>
/// <param name="TrustSetNumber">Newest trust set that it has stored; 0 = says nothing.</param>
/// <param name="Services">Changed announcement; null = unchanged.</param>
internal sealed record AgentReport(
    MachinePrincipal Machine, long Stream, StatusVector? Status, ulong TrustSetNumber, IReadOnlyList<ServiceAnnouncement>? Services)
{
    /// <summary>Id of the orders that it has carried out; 0 = says nothing.</summary>
    public ulong OrdersDone { get; init; }

    /// <summary>The process that speaks, when it was another one before; null = the same.</summary>
    public string? BootId { get; init; }
}

/// <summary>What came of a report.</summary>
/// <param name="Sequence">The newest sequence number that is durable.</param>
/// <param name="Fenced">The machine has a newer stream: nothing of the report was taken.</param>
/// <param name="Block">What keeps the machine from getting anything; null = not looked at.</param>
internal readonly record struct ReportStored(ulong Sequence, bool Fenced, PushBlock? Block);

/// <summary>Stores reports, those of many agents in one transaction; a heartbeat without news never comes here.</summary>
internal sealed class ReportStore(ClusterDatabase database, StatusIntake statuses, AnnouncementGate announcements, CloneDetector clones)
{
    private DurableBatch<AgentReport, ReportStored>? batch;

    public Task<ReportStored> StoreAsync(AgentReport report) => Batch.AddAsync(report);

    public Task RunAsync(CancellationToken ct) => Batch.RunAsync(ct);

    private DurableBatch<AgentReport, ReportStored> Batch =>
        LazyInitializer.EnsureInitialized(ref batch, () => new(WriteAsync, largest: 512));

    private Task<IReadOnlyList<ReportStored>> WriteAsync(IReadOnlyList<AgentReport> items, CancellationToken ct) =>
        database.WriteAsync<IReadOnlyList<ReportStored>>(null, (db, token) => StoreAsync(db, items, token), ct);

    private async Task<IReadOnlyList<ReportStored>> StoreAsync(ClusterDbContext db, IReadOnlyList<AgentReport> items, CancellationToken ct)
    {
        // Two managers may hold reports of one machine; under the lock only those of its newest stream count, whoever comes last.
        foreach (var clusterId in items.Select(i => i.Machine.ClusterId).Distinct().Order()) await db.Unit.LockClusterAsync(clusterId, ct);
        var ids = items.Select(i => i.Machine.MachineId).ToHashSet();
        var rows = await db.Reports.Where(r => ids.Contains(r.MachineId)).ToDictionaryAsync(r => r.MachineId, ct);
        var concerned = items.Where(i => i.OrdersDone != 0 || i.Services is not null || i.BootId is not null)
            .Select(i => i.Machine.MachineId)
            .ToHashSet();
        var machines = concerned.Count == 0 ? [] : await db.Machines.Where(m => concerned.Contains(m.Id)).ToDictionaryAsync(m => m.Id, ct);
        var results = new List<ReportStored>(items.Count);
        foreach (var item in items)
        {
            var row = rows.GetValueOrDefault(item.Machine.MachineId);
            var fenced = item.Stream < row?.StreamNumber;
            if (row is not null && !fenced) await TakeAsync(db, row, item, ct);
            var machine = fenced ? null : machines.GetValueOrDefault(item.Machine.MachineId);
            if (machine is not null)
            {
                if (row is not null && item.BootId is { } boot) await clones.NoteAsync(db, machine, row, boot, ct);
                if (row is not null && item.Services is { } services)
                    await announcements.TakeAsync(db, machine, row, WithServices(row, services), ct);
                if (item.OrdersDone != 0) MachineOrders.Acknowledge(machine, item.OrdersDone);
            }

            results.Add(new ReportStored((ulong)(row?.Sequence ?? 0), fenced, machine is null ? null : PushBlock.Of(machine)));
        }

        return results;
    }

    private async Task TakeAsync(ClusterDbContext db, Storage.Fleet.MachineReport row, AgentReport item, CancellationToken ct)
    {
        if (item.Status is { } status) await statuses.TakeAsync(db, item.Machine, row, status, ct);
        if (item.TrustSetNumber > 0) row.TrustSetNumber = (long)item.TrustSetNumber;
    }

    private static Hello WithServices(Storage.Fleet.MachineReport row, IReadOnlyList<ServiceAnnouncement> services)
    {
        var announcement = Announcements.Read(row.Announcement);
        announcement.Services.Clear();
        announcement.Services.AddRange(services);
        return announcement;
    }
}
