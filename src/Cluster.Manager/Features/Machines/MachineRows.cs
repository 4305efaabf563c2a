using Cluster.Contracts.Certificates;
using Cluster.Contracts.Levels;
using Cluster.Storage;
using Cluster.Storage.Certificates;
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
        await requests.Where(r => r.State == SigningRequestState.Open || r.State == SigningRequestState.Compromised)
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.State, SigningRequestState.Cancelled), ct);
        await db.DestroyUnusedKeysAsync(machine.ClusterId, own, now, ct);
    }
}
