using Cluster.Contracts.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Certificates;

/// <summary>Destroys private keys that nothing needs any more.</summary>
public static class UnusedKeys
{
    /// <summary>
    /// Destroys those of the given keys that neither a version that is not destroyed nor an open request still has; what was
    /// changed before in the unit of work is stored first, so that it counts.
    /// </summary>
    /// <returns>How many were destroyed.</returns>
    public static async Task<int> DestroyUnusedKeysAsync(
        this ClusterDbContext db, Guid clusterId, IReadOnlyCollection<string> publicKeys, DateTimeOffset now, CancellationToken ct)
    {
        await db.SaveChangesAsync(ct).ConfigureAwait(false);
        var used = await db.CertificateVersions.Where(v => v.ClusterId == clusterId && v.DestroyedAt == null).Select(v => v.PublicKeySha256)
            .Union(
                db.SigningRequests.Where(r => r.ClusterId == clusterId && r.State == SigningRequestState.Open)
                    .Select(r => r.PublicKeySha256))
            .Where(k => publicKeys.Contains(k))
            .ToListAsync(ct).ConfigureAwait(false);
        var unused = publicKeys.Except(used).ToList();
        var rows = await db.Keys.AsTracking().Where(k => k.ClusterId == clusterId && k.Sealed != null && unused.Contains(k.PublicKeySha256))
            .ToListAsync(ct).ConfigureAwait(false);
        foreach (var row in rows)
        {
            row.Sealed = null;
            row.DestroyedAt = Instants.Cut(now);
        }

        return rows.Count;
    }
}
