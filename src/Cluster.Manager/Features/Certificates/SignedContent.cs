using Cluster.Contracts.Certificates;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Settings;
using Cluster.Manager.Hosting.Units;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>
/// Finds the leaf of a signed upload by its public key: among the open requests, then the versions, of the name and level.
/// </summary>
internal sealed class SignedContent(ChainAssembly chains)
{
    /// <summary>Finds it and repairs its chain; refuses what was signed for a compromised key.</summary>
    /// <returns>Null when no certificate of the upload belongs to a key of the name and level.</returns>
    public async Task<PreparedVersion?> FindAsync(ItemTarget target, ReadUpload upload, CancellationToken ct)
    {
        foreach (var digest in await KnownKeysAsync(target, ct))
        {
            if (ChainRepair.FindLeaf(digest, upload.Certificates) is not { } leaf) continue;
            var chain = await chains.RepairAsync(target, leaf, upload.Certificates, ct);
            var source = leaf.IsSelfSigned ? CertificateSource.SelfSigned : CertificateSource.Signed;
            return new PreparedVersion(new NewVersion(source, leaf, chain.Intermediates), null, chain) { Notes = upload.Notes(chain) };
        }

        // The mark outlives version and request: who uploads what was signed for them learns why.
        var digests = Digests(upload.Certificates);
        var compromised = await target.Db.CertificateVersions.AnyAsync(
            v => v.ClusterId == target.ClusterId && v.CompromisedAt != null && digests.Contains(v.PublicKeySha256), ct);
        return compromised ? throw new RefusedException(CertificateFailures.Compromised) : null;
    }

    /// <summary>Why nothing was found, and where the upload would fit.</summary>
    public static async Task<Failure> ExplainAsync(ItemTarget target, ReadUpload upload, CancellationToken ct) =>
        upload.Certificates.Count == 0
            ? upload.Locked() ?? CertificateFailures.NoCertificate(upload.All)
            : CertificateFailures.UnknownKey(await FitsAsync(target, upload.Certificates, ct));

    private static List<string> Digests(IReadOnlyList<CertificateInfo> certificates) =>
        [.. certificates.Select(c => c.PublicKeySha256).Distinct()];

    private static async Task<IReadOnlyList<string>> KnownKeysAsync(ItemTarget target, CancellationToken ct)
    {
        var (db, cluster, kind, id, name) = (target.Db, target.ClusterId, target.Level.Kind, target.Level.Id, target.Name);
        var requests = await db.SigningRequests.AsNoTracking()
            .Where(
                r => r.ClusterId == cluster
                    && r.LevelKind == kind
                    && r.LevelId == id
                    && r.Name == name
                    && r.State == SigningRequestState.Open)
            .OrderByDescending(r => r.Id).Select(r => r.PublicKeySha256).ToListAsync(ct);
        var versions = await VersionRows.Of(db, cluster, target.Level, name).AsNoTracking()
            .Where(v => v.DestroyedAt == null)
            .OrderByDescending(v => v.Number).Select(v => v.PublicKeySha256).ToListAsync(ct);
        return [.. requests.Concat(versions).Distinct()];
    }

    private static async Task<IReadOnlyList<(string Name, string Level)>> FitsAsync(
        ItemTarget target, IReadOnlyList<CertificateInfo> certificates, CancellationToken ct)
    {
        var (db, cluster) = (target.Db, target.ClusterId);
        var digests = Digests(certificates);
        var versions = await db.CertificateVersions.AsNoTracking()
            .Where(v => v.ClusterId == cluster && digests.Contains(v.PublicKeySha256) && v.DestroyedAt == null)
            .Select(v => new { v.Name, v.LevelKind, v.LevelId }).ToListAsync(ct);
        var requests = await db.SigningRequests.AsNoTracking()
            .Where(r => r.ClusterId == cluster && digests.Contains(r.PublicKeySha256) && r.State == SigningRequestState.Open)
            .Select(r => new { r.Name, r.LevelKind, r.LevelId }).ToListAsync(ct);
        var labels = await LevelLabels.ReadAsync(db, cluster, ct);
        return [.. versions.Concat(requests).Distinct().Select(f => (f.Name, Level: labels.Of(f.LevelKind, f.LevelId).ToString())).Order()];
    }
}
