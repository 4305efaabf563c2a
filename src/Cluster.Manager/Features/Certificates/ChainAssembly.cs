using System.Security.Cryptography;
using Cluster.Manager.Features.Settings;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Repairs chains with what the cluster has: its trusted authorities, and the chains of its other certificates.</summary>
internal sealed class ChainAssembly(TimeProvider clock)
{
    private const int MostVersions = 500;

    public async Task<CertificateChain> RepairAsync(
        ItemTarget target, CertificateInfo leaf, IReadOnlyList<CertificateInfo> given, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var authorities = SnapshotEvaluation.AuthoritiesOf(target.View.Shown);
        var trust = SnapshotFacts.Of(target.View.Shown).Trust.Anchors;
        var chain = ChainRepair.Repair(leaf, given, authorities, now, trust, WorkBudget.ForCertificate(ct));
        if (chain.Missing is null || leaf.IsSelfSigned) return chain;
        var pool = await OtherChainsAsync(target.Db, target.ClusterId, ct);
        return ChainRepair.Repair(leaf, given, [.. authorities, .. pool], now, trust, WorkBudget.ForCertificate(ct));
    }

    private static async Task<IReadOnlyList<CertificateInfo>> OtherChainsAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var chains = await db.CertificateVersions.AsNoTracking()
            .Where(v => v.ClusterId == clusterId && v.DestroyedAt == null)
            .OrderByDescending(v => v.Id)
            .Take(MostVersions)
            .Select(v => v.Chain)
            .ToListAsync(ct);
        return [
            .. chains.SelectMany(c => PackedChain.Split(c))
                .DistinctBy(c => Convert.ToHexString(SHA256.HashData(c.Span)))
                .Select(c => CertificateInfo.TryRead(c.Span))
                .OfType<CertificateInfo>()
        ];
    }
}
