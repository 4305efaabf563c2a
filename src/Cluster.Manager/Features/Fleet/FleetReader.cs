using System.Collections.Concurrent;
using Cluster.Domain.Capabilities;
using Cluster.Domain.Fleet;
using Cluster.Manager.Features.Sessions;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Fleet;

/// <summary>Reads the groups and machines of a cluster with what their services announce.</summary>
internal sealed class FleetReader
{
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<string, IReadOnlyList<ServiceCapabilities>> capabilities = new();

    /// <summary>Reads them; departed and banned machines get no configuration and give only their labels.</summary>
    public async Task<FleetFacts> ReadAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var groups = await db.Groups.AsNoTracking().Where(g => g.ClusterId == clusterId).Select(g => new { g.Id, g.Name, g.DeletedAt }).ToListAsync(ct);
        var machines = await (
            from machine in db.Machines.AsNoTracking()
            where machine.ClusterId == clusterId
            join report in db.Reports.AsNoTracking() on machine.Id equals report.MachineId into reports
            from report in reports.DefaultIfEmpty()
            select new MachineRow(machine.Id, machine.Name, machine.GroupId, machine.Status, report.CapabilityHash)).ToListAsync(ct);
        await LearnAsync(db, machines, ct);
        return new FleetFacts
        {
            Groups = [.. groups.Where(g => g.DeletedAt is null).OrderBy(g => g.Id).Select(g => new GroupFacts(g.Id, g.Name))],
            Machines = [.. machines.Where(m => m.Status is not (MachineStatus.Departed or MachineStatus.Banned)).OrderBy(m => m.Name, StringComparer.Ordinal).Select(ToFacts)],
            Labels = groups.Select(g => (g.Id, g.Name)).Concat(machines.Select(m => (m.Id, m.Name))).ToDictionary(l => l.Id, l => l.Name),
        };
    }

    private MachineFacts ToFacts(MachineRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        GroupId = row.GroupId,
        Services = string.IsNullOrEmpty(row.CapabilityHash) ? [] : capabilities.GetValueOrDefault(row.CapabilityHash) ?? [],
        CapabilityHash = row.CapabilityHash ?? string.Empty,
    };

    // Announcements are large; one of each kind is enough.
    private async Task LearnAsync(ClusterDbContext db, IEnumerable<MachineRow> machines, CancellationToken ct)
    {
        if (capabilities.Count > MaxKept) capabilities.Clear();
        var unknown = machines.Where(m => !string.IsNullOrEmpty(m.CapabilityHash) && !capabilities.ContainsKey(m.CapabilityHash)).DistinctBy(m => m.CapabilityHash).ToList();
        foreach (var machine in unknown)
        {
            var report = await db.Reports.AsNoTracking().Where(r => r.MachineId == machine.Id).Select(r => new { r.CapabilityHash, r.Announcement }).SingleAsync(ct);
            capabilities[report.CapabilityHash] = Announcements.Capabilities(report.Announcement);
        }
    }

    private sealed record MachineRow(Guid Id, string Name, Guid GroupId, MachineStatus Status, string? CapabilityHash);
}
