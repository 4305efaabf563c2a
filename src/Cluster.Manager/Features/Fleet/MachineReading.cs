using System.Text.Json;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Fleet;

/// <summary>Reads machines with what their status is derived from.</summary>
internal sealed class MachineReading(IMachinePresence presence)
{
    /// <summary>Finds a machine of a cluster by name or id; refuses one that is not there.</summary>
    public static async Task<Machine> FindAsync(ClusterDbContext db, Guid cluster, string nameOrId, CancellationToken ct)
    {
        var id = Guid.TryParseExact(nameOrId, "D", out var parsed) ? parsed : Guid.Empty;
        var name = nameOrId.ToLowerInvariant();
        return await db.Machines.SingleOrDefaultAsync(m => m.ClusterId == cluster && (m.Id == id || m.Name == name), ct)
            ?? throw new RefusedException(CommonFailures.NotFound("machine", nameOrId));
    }

    /// <summary>Finds a machine that is to be changed: it must be as If-Match says.</summary>
    public static async Task<Machine> OpenAsync(ClusterDbContext db, WriteRequest request, string nameOrId, CancellationToken ct)
    {
        var machine = await FindAsync(db, request.ClusterId, nameOrId, ct);
        request.CheckConditions(MachineRow.TagOf(machine));
        return machine;
    }

    /// <summary>Reads the rest of one machine.</summary>
    public static async Task<MachineRow> RowAsync(ClusterDbContext db, Machine machine, CancellationToken ct) =>
        (await WithStatusAsync(db, machine.ClusterId, [machine], ct))[0];

    /// <summary>Reads the rest of machines, in the same order.</summary>
    public static async Task<IReadOnlyList<MachineRow>> WithStatusAsync(
        ClusterDbContext db, Guid cluster, IReadOnlyList<Machine> machines, CancellationToken ct)
    {
        var ids = machines.Select(m => m.Id).ToList();
        var groups = await db.Groups.AsNoTracking().Where(g => g.ClusterId == cluster).ToDictionaryAsync(g => g.Id, g => g.Name, ct);
        var reports = await db.Reports.AsNoTracking().Where(r => ids.Contains(r.MachineId)).ToDictionaryAsync(r => r.MachineId, ct);
        var desired = await db.Desired.AsNoTracking().Where(d => ids.Contains(d.MachineId)).ToDictionaryAsync(d => d.MachineId, ct);
        var hashes = desired.Values.Select(d => d.BundleHash).Distinct().ToList();
        var bundles = await db.Contents.AsNoTracking()
            .Where(c => c.ClusterId == cluster && hashes.Contains(c.Hash))
            .ToDictionaryAsync(c => c.Hash, c => Read(c.Bytes), ct);
        var keys = await db.Identities.AsNoTracking()
            .Where(i => ids.Contains(i.MachineId) && i.RevokedAt == null)
            .Select(i => new { i.MachineId, i.Generation, i.PublicKeySha256 })
            .ToListAsync(ct);
        var newest = keys.GroupBy(k => k.MachineId).ToDictionary(g => g.Key, g => g.MaxBy(k => k.Generation)!.PublicKeySha256);
        return [.. machines.Select(m =>
        {
            var wanted = desired.GetValueOrDefault(m.Id);
            return new MachineRow(
                m,
                groups.GetValueOrDefault(m.GroupId, ""),
                reports.GetValueOrDefault(m.Id),
                wanted,
                wanted is null ? null : bundles.GetValueOrDefault(wanted.BundleHash))
            {
                IdentityKey = newest.GetValueOrDefault(m.Id),
            };
        })];
    }

    /// <summary>Where a machine stands now.</summary>
    public MachineState StateOf(MachineRow row) => MachineStates.Of(row.Machine, presence.IsConnected(row.Machine.Id, row.Report));

    private static Bundle? Read(byte[] bytes) => JsonSerializer.Deserialize(bytes, ContractsJson.Default.Bundle);
}
