using Cluster.Manager.Features.Enrollment;
using Cluster.Protocol.V1;
using Cluster.Storage.Units;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions;

/// <summary>Something that an agent reported after Hello.</summary>
/// <param name="Machine">Who.</param>
/// <param name="Status">A new status; null = none.</param>
/// <param name="TrustSetNumber">Newest trust set that it has stored; 0 = says nothing.</param>
/// <param name="Services">Changed announcement; null = unchanged.</param>
internal sealed record AgentReport(MachinePrincipal Machine, StatusVector? Status, ulong TrustSetNumber, IReadOnlyList<ServiceAnnouncement>? Services);

/// <summary>Stores reports, those of many agents in one transaction; a heartbeat without news never comes here.</summary>
internal sealed class ReportStore(ClusterDatabase database, FleetNews news)
{
    private DurableBatch<AgentReport, ulong>? batch;

    /// <summary>Stores a report.</summary>
    /// <returns>The newest sequence number that is durable.</returns>
    public Task<ulong> StoreAsync(AgentReport report) => Batch.AddAsync(report);

    /// <summary>Writes until cancelled.</summary>
    public Task RunAsync(CancellationToken ct) => Batch.RunAsync(ct);

    private DurableBatch<AgentReport, ulong> Batch => LazyInitializer.EnsureInitialized(ref batch, () => new(WriteAsync, largest: 512));

    private async Task<IReadOnlyList<ulong>> WriteAsync(IReadOnlyList<AgentReport> items, CancellationToken ct)
    {
        var sequences = await database.WriteAsync<IReadOnlyList<ulong>>(
            null,
            async (db, token) =>
            {
                // Two managers may hold reports of one machine; under the lock the higher sequence number wins, whoever comes last.
                foreach (var clusterId in items.Select(i => i.Machine.ClusterId).Distinct().Order()) await db.Unit.LockClusterAsync(clusterId, token);
                var ids = items.Select(i => i.Machine.MachineId).ToHashSet();
                var rows = await db.Reports.Where(r => ids.Contains(r.MachineId)).ToDictionaryAsync(r => r.MachineId, token);
                foreach (var item in items)
                {
                    if (rows.TryGetValue(item.Machine.MachineId, out var row)) Apply(row, item);
                }

                return [.. items.Select(i => rows.TryGetValue(i.Machine.MachineId, out var row) ? (ulong)row.Sequence : 0)];
            },
            ct);
        news.Reported(items.Select(i => i.Machine.ClusterId));
        return sequences;
    }

    private static void Apply(Storage.Fleet.MachineReport row, AgentReport item)
    {
        if (item.Status is { } status) StatusRule.Take(row, item.Machine.Generation, status.Sequence, status.ToByteArray());
        if (item.TrustSetNumber > 0) row.TrustSetNumber = (long)item.TrustSetNumber;
        if (item.Services is not { } services) return;
        var announcement = Announcements.Read(row.Announcement);
        announcement.Services.Clear();
        announcement.Services.AddRange(services);
        row.Announcement = announcement.ToByteArray();
        row.CapabilityHash = Announcements.Hash(services);
    }
}
