using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>Makes a servable chain out of whatever came with a leaf.</summary>
public static class ChainRepair
{
    /// <summary>Most intermediates that a chain may have.</summary>
    public const int MaximumIntermediates = 10;

    /// <summary>Finds the leaf by its public key; several certificates for one key: the newest that is no authority wins.</summary>
    /// <returns>Null when no certificate has the key.</returns>
    public static CertificateInfo? FindLeaf(string publicKeySha256, IEnumerable<CertificateInfo> certificates) => certificates
        .Where(c => c.PublicKeySha256 == publicKeySha256)
        .OrderBy(c => c.IsCa)
        .ThenByDescending(c => c.NotBefore)
        .ThenByDescending(c => c.NotAfter)
        .ThenBy(c => c.Sha256, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>
    /// Orders, completes and cleans a chain; the result does not depend on the order given, and repairing again changes nothing.
    /// </summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="given">What came with it, in any order, with or without the leaf.</param>
    /// <param name="pool">Further certificates from which missing issuers are taken: trusted authorities, other chains.</param>
    /// <param name="now">Decides between alternatives: valid ones first.</param>
    /// <param name="trust">Decides between valid alternatives: those that lead to a trusted authority first; null = trust is not
    /// looked at.</param>
    /// <param name="budget">Bounds the work; null = that of one certificate. A search that it ends takes the best chain so far.</param>
    public static CertificateChain Repair(
        CertificateInfo leaf,
        IReadOnlyList<CertificateInfo> given,
        IReadOnlyList<CertificateInfo> pool,
        DateTimeOffset now,
        TrustAnchors? trust = null,
        WorkBudget? budget = null)
    {
        budget ??= WorkBudget.ForCertificate();
        var offered = given.Where(c => !c.Equals(leaf)).DistinctBy(c => c.Sha256).ToList();
        var known = offered.Select(c => c.Sha256).ToHashSet(StringComparer.Ordinal);
        var issuers = new IssuerIndex(offered.Concat(pool).Where(c => !c.Equals(leaf)));
        var search = ChainPaths.From(leaf, issuers, budget);
        var best = new ChainPathOrder(known, trust, now, budget).Best(search.Paths);
        var root = best.Certificates.Count > 1 && best.Closed ? best.Certificates[^1] : null;
        var served = root is null ? best.Certificates : best.Certificates[..^1];
        List<CertificateInfo> intermediates = [.. served.Skip(1)];
        var (missing, unfinished) = MissingAbove(served, best, search.Cut, trust, budget);
        return new CertificateChain
        {
            Leaf = leaf,
            Intermediates = intermediates,
            Root = root,
            TakenFromPool = [.. intermediates.Where(c => !known.Contains(c.Sha256))],
            Extra = [.. offered.Where(c => !best.Certificates.Contains(c)).OrderBy(c => c.Sha256, StringComparer.Ordinal)],
            Duplicates = [
                .. given.GroupBy(c => c.Sha256)
                    .Where(g => g.Count() > 1)
                    .Select(g => g.First())
                    .OrderBy(c => c.Sha256, StringComparer.Ordinal)
            ],
            Reordered = IsReordered(given, served),
            Missing = missing,
            Cut = unfinished,
        };
    }

    private static (MissingIntermediate? Missing, bool Unfinished) MissingAbove(
        List<CertificateInfo> served, ChainPath best, bool cut, TrustAnchors? trust, WorkBudget budget)
    {
        if (cut) return (null, true);
        try
        {
            return best.Closed || trust?.Issued(served[^1], budget) == true
                ? (null, false)
                : (new MissingIntermediate(served[^1].Issuer, served[^1].CaIssuerUrls, MayBeRoot: served.Count > 1), false);
        }
        catch (WorkExhaustedException)
        {
            return (null, true);
        }
    }

    private static bool IsReordered(IReadOnlyList<CertificateInfo> given, List<CertificateInfo> served)
    {
        var order = given.Select(c => served.IndexOf(c)).Where(i => i >= 0).Distinct().ToList();
        return !order.SequenceEqual(order.Order());
    }
}
