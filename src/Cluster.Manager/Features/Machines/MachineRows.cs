using Cluster.Contracts.Levels;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Machines;

/// <summary>The rows of a machine that is forgotten: keys that only it used are destroyed, deliveries stay in the ledger.</summary>
internal static class MachineRows
{
    /// <summary>Deletes them.</summary>
    public static async Task DeleteAsync(ClusterDbContext db, Machine machine, DateTimeOffset now, CancellationToken ct)
    {
        await DestroyKeysAsync(db, machine, now, ct);
        await db.RolloutMachines.Where(r => r.MachineId == machine.Id).ExecuteDeleteAsync(ct);
        await db.Desired.Where(d => d.MachineId == machine.Id).ExecuteDeleteAsync(ct);
        await db.Reports.Where(r => r.MachineId == machine.Id).ExecuteDeleteAsync(ct);
        await db.JoinRedemptions.Where(r => r.MachineId == machine.Id).ExecuteDeleteAsync(ct);
        await db.Identities.Where(i => i.MachineId == machine.Id).ExecuteDeleteAsync(ct);
        await db.Machines.Where(m => m.Id == machine.Id).ExecuteDeleteAsync(ct);
    }

    private static async Task DestroyKeysAsync(ClusterDbContext db, Machine machine, DateTimeOffset now, CancellationToken ct)
    {
        var versions = db.CertificateVersions.Where(v => v.LevelKind == LevelKind.Machine && v.LevelId == machine.Id);
        var requests = db.SigningRequests.Where(r => r.LevelKind == LevelKind.Machine && r.LevelId == machine.Id);
        var own = await versions.Select(v => v.PublicKeySha256).Union(requests.Select(r => r.PublicKeySha256)).ToListAsync(ct);
        await versions.ExecuteUpdateAsync(s => s.SetProperty(v => v.DestroyedAt, now), ct);
        await requests.Where(r => r.State == "open" || r.State == "compromised").ExecuteUpdateAsync(s => s.SetProperty(r => r.State, "cancelled"), ct);
        var shared = await db.CertificateVersions.Where(v => v.ClusterId == machine.ClusterId && v.DestroyedAt == null).Select(v => v.PublicKeySha256)
            .Union(db.SigningRequests.Where(r => r.ClusterId == machine.ClusterId && r.State == "open").Select(r => r.PublicKeySha256))
            .Where(k => own.Contains(k)).ToListAsync(ct);
        var dead = own.Except(shared).ToList();
        await db.Keys.Where(k => k.ClusterId == machine.ClusterId && dead.Contains(k.PublicKeySha256))
            .ExecuteUpdateAsync(s => s.SetProperty(k => k.Sealed, (byte[]?)null).SetProperty(k => k.DestroyedAt, now), ct);
    }
}
