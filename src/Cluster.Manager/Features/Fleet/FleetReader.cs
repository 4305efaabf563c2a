using Cluster.Domain.Capabilities;
using Cluster.Domain.Fleet;
using Cluster.Manager.Hosting.Caching;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Fleet;

/// <summary>Reads the groups and machines of a cluster with what their services announce.</summary>
internal sealed class FleetReader
{
    private const int MaxKept = 10_000;

    private readonly BoundedCache<string, IReadOnlyList<ServiceCapabilities>> announced = new(MaxKept);

    /// <summary>Reads them; departed and banned machines get no configuration and give only their labels.</summary>
    public async Task<FleetFacts> ReadAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var groups = await db.Groups.AsNoTracking()
            .Where(g => g.ClusterId == clusterId)
            .Select(g => new { g.Id, g.Name, g.DeletedAt })
            .ToListAsync(ct);
        var machines = await (
            from machine in db.Machines.AsNoTracking()
            where machine.ClusterId == clusterId
            join report in db.Reports.AsNoTracking() on machine.Id equals report.MachineId into reports
            from report in reports.DefaultIfEmpty()
            select new AnnouncedMachine(machine.Id, machine.Name, machine.GroupId, machine.Status, report.CapabilityHash)).ToListAsync(ct);
        var capabilities = await CapabilitiesAsync(db, machines, ct);
        return new FleetFacts
        {
            Groups = [.. groups.Where(g => g.DeletedAt is null).OrderBy(g => g.Id).Select(g => new GroupFacts(g.Id, g.Name))],
            Machines = [
                .. machines.Where(m => m.Status is not (MachineStatus.Departed or MachineStatus.Banned))
                    .OrderBy(m => m.Name, StringComparer.Ordinal)
                    .Select(m => ToFacts(m, capabilities))
            ],
            Labels = groups.Select(g => (g.Id, g.Name)).Concat(machines.Select(m => (m.Id, m.Name))).ToDictionary(l => l.Id, l => l.Name),
        };
    }

    private static MachineFacts ToFacts(AnnouncedMachine row, Dictionary<string, IReadOnlyList<ServiceCapabilities>> capabilities) => new()
    {
        Id = row.Id,
        Name = row.Name,
        GroupId = row.GroupId,
        Services = string.IsNullOrEmpty(row.CapabilityHash) ? [] : capabilities.GetValueOrDefault(row.CapabilityHash) ?? [],
        CapabilityHash = row.CapabilityHash ?? "",
    };

    // Announcements are large; one of each kind is enough.
    private async Task<Dictionary<string, IReadOnlyList<ServiceCapabilities>>> CapabilitiesAsync(
        ClusterDbContext db, IEnumerable<AnnouncedMachine> machines, CancellationToken ct)
    {
        var found = new Dictionary<string, IReadOnlyList<ServiceCapabilities>>(StringComparer.Ordinal);
        foreach (var machine in machines.Where(m => !string.IsNullOrEmpty(m.CapabilityHash)).DistinctBy(m => m.CapabilityHash))
        {
            if (!announced.TryGet(machine.CapabilityHash!, out var known))
            {
                var announcement =
                    await db.Reports.AsNoTracking().Where(r => r.MachineId == machine.Id).Select(r => r.Announcement).SingleAsync(ct);
                known = announced.GetOrAdd(machine.CapabilityHash!, Announcements.Capabilities(announcement));
            }

            found[machine.CapabilityHash!] = known;
        }

        return found;
    }

    private sealed record AnnouncedMachine(Guid Id, string Name, Guid GroupId, MachineStatus Status, string? CapabilityHash);
}
