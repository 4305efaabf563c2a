using Cluster.Manager.Features.Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;
using Cluster.Pki.Findings;
using Cluster.Pki.Findings.Authorities;

namespace Cluster.Manager.Features.Inspect;

/// <summary>What a file would come to if it were imported: the chain, when it is about one certificate, and findings.</summary>
/// <param name="Chain">The chain as it would be served; null when there is no certificate for a host, or several.</param>
/// <param name="Findings">Findings about every certificate for a host; without one, about the authorities.</param>
internal sealed record InspectedChain(CertificateChain? Chain, IReadOnlyList<CertificateFinding> Findings)
{
    private const int MostJudged = 100;

    /// <summary>Judges a file.</summary>
    /// <param name="upload">The file.</param>
    /// <param name="chosen">Digest of the public key that it is about; null = any.</param>
    /// <param name="now">The instant of evaluation.</param>
    /// <param name="stop">Stops it when nobody waits any more.</param>
    public static InspectedChain Of(ReadUpload upload, string? chosen, DateTimeOffset now, CancellationToken stop)
    {
        var budget = WorkBudget.ForFile(stop);
        var oldRoots = OldRoots.Among(upload.Certificates, budget);
        var leaves = LeavesOf(upload, chosen, oldRoots);
        // A key beside a certificate is meant for it.
        var only = upload.All.PrivateKeys is [{ } first, ..] ? first.PublicKeySha256 : null;
        var key = leaves.Exists(l => HasKey(upload, l)) ? null : only;
        switch (leaves.Count)
        {
            case 0: return new InspectedChain(
                null,
                [
                    .. upload.Certificates.DistinctBy(c => c.Sha256)
                        .Take(MostJudged)
                        .SelectMany(c => AuthorityFindings.Evaluate(new AuthorityContext { Certificate = c, Now = now, Budget = budget }))
                ]);
            case 1:
                var chain = ChainRepair.Repair(leaves[0], upload.Certificates, [], now, trust: null, budget.Part());
                return new InspectedChain(
                    chain,
                    CertificateFindings.Evaluate(
                        new FindingContext
                        {
                            Certificate = chain.Leaf,
                            Intermediates = chain.Intermediates,
                            Repaired = chain,
                            Now = now,
                            PrivateKeyPublicSha256 = key,
                            Budget = budget,
                        }));
            default:
                List<CertificateInfo> authorities = [.. upload.Certificates.Where(c => c.IsCa || oldRoots.Contains(c.Sha256))];
                return new InspectedChain(
                    null, [.. leaves.Take(MostJudged).SelectMany(l => OneOfSeveral(l, authorities, key, now, budget))]);
        }
    }

    private static IEnumerable<CertificateFinding> OneOfSeveral(
        CertificateInfo leaf, List<CertificateInfo> authorities, string? key, DateTimeOffset now, WorkBudget budget)
    {
        var chain = ChainRepair.Repair(leaf, authorities, [], now, trust: null, budget.Part());
        var context = new FindingContext
        {
            Certificate = leaf,
            Intermediates = chain.Intermediates,
            // What else the file holds is not about this one.
            Repaired = chain with { Extra = [], Duplicates = [], Reordered = false },
            Now = now,
            PrivateKeyPublicSha256 = key,
            Budget = budget,
        };
        return CertificateFindings.Evaluate(context).Select(f => f with { Message = $"'{leaf.Subject}': {f.Message}" });
    }

    /// <summary>The certificate of the chosen key; else those of the keys that are there; else those that are no authorities.</summary>
    private static List<CertificateInfo> LeavesOf(ReadUpload upload, string? chosen, IReadOnlySet<string> oldRoots)
    {
        List<CertificateInfo> keyed = [.. upload.All.PrivateKeys.Where(k => chosen is null || k.PublicKeySha256 == chosen)
            .Select(k => ChainRepair.FindLeaf(k.PublicKeySha256, upload.Certificates)).OfType<CertificateInfo>()];
        return keyed.Count > 0
            ? keyed
            : [.. upload.Certificates.Where(c => !c.IsCa && !oldRoots.Contains(c.Sha256)).DistinctBy(c => c.Sha256)];
    }

    private static bool HasKey(ReadUpload upload, CertificateInfo certificate) =>
        upload.All.PrivateKeys.Any(k => k.Public.Matches(certificate.PublicKey));
}
