using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>All rows of a cluster. Its audit chain stays: what happened, happened.</summary>
internal static class ClusterRows
{
    /// <summary>Deletes them, those that refer to others first.</summary>
    public static async Task DeleteAsync(ClusterDbContext db, Guid id, CancellationToken ct)
    {
        await db.RolloutMachines.Where(r => db.Rollouts.Any(o => o.Id == r.RolloutId && o.ClusterId == id)).ExecuteDeleteAsync(ct);
        await db.Rollouts.Where(r => r.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.ChangeSetEdits.Where(e => db.ChangeSets.Any(s => s.Id == e.ChangeSetId && s.ClusterId == id)).ExecuteDeleteAsync(ct);
        await db.ChangeSets.Where(s => s.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Desired.Where(d => d.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Contents.Where(o => o.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.KeyDeliveries.Where(d => d.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.SigningRequests.Where(r => r.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.CertificateVersions.Where(v => v.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Keys.Where(k => k.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Items.Where(i => i.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Revisions.Where(r => r.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.JoinRedemptions.Where(r => db.JoinTokens.Any(t => t.Id == r.TokenId && t.ClusterId == id)).ExecuteDeleteAsync(ct);
        await db.JoinTokens.Where(t => t.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Reports.Where(r => db.Machines.Any(m => m.Id == r.MachineId && m.ClusterId == id)).ExecuteDeleteAsync(ct);
        await db.Identities.Where(i => db.Machines.Any(m => m.Id == i.MachineId && m.ClusterId == id)).ExecuteDeleteAsync(ct);
        await db.Machines.Where(m => m.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Groups.Where(g => g.ClusterId == id).ExecuteDeleteAsync(ct);
        await db.Clusters.Where(c => c.Id == id).ExecuteDeleteAsync(ct);
    }
}
