using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>A path from a leaf upwards.</summary>
/// <param name="Certificates">Leaf first.</param>
/// <param name="Closed">Whether the last one is self-signed.</param>
internal sealed record ChainPath(List<CertificateInfo> Certificates, bool Closed);

/// <summary>What a search for paths came to.</summary>
/// <param name="Paths">At least one path: the leaf alone.</param>
/// <param name="Cut">Whether the budget ended it, so that there may be others.</param>
internal sealed record ChainSearch(List<ChainPath> Paths, bool Cut);

/// <summary>Enumerates all paths upwards, bounded, so that cross-signed tangles cost little.</summary>
internal static class ChainPaths
{
    private const int MaximumPaths = 64;

    /// <summary>All paths within the budget.</summary>
    public static ChainSearch From(CertificateInfo leaf, IssuerIndex issuers, WorkBudget budget)
    {
        var (path, paths) = (new List<CertificateInfo> { leaf }, new List<ChainPath>());
        try
        {
            Extend(path, issuers, paths, budget);
            return new ChainSearch(paths, Cut: false);
        }
        catch (WorkExhaustedException)
        {
            paths.Add(new ChainPath([.. path], Closed: false));
            return new ChainSearch(paths, Cut: true);
        }
    }

    private static void Extend(List<CertificateInfo> path, IssuerIndex issuers, List<ChainPath> paths, WorkBudget budget)
    {
        var last = path[^1];
        if (budget.IsSelfSigned(last))
        {
            paths.Add(new ChainPath([.. path], Closed: true));
            return;
        }

        var extended = false;
        if (path.Count <= ChainRepair.MaximumIntermediates + 1)
        {
            foreach (var issuer in issuers.IssuersOf(last, budget))
            {
                if (paths.Count >= MaximumPaths) break;
                // The same name and key twice is a loop of cross-signed certificates.
                if (path.Exists(c => c.PublicKey.Matches(issuer.PublicKey) && c.SubjectForm == issuer.SubjectForm)) continue;
                extended = true;
                path.Add(issuer);
                Extend(path, issuers, paths, budget);
                path.RemoveAt(path.Count - 1);
            }
        }

        if (!extended) paths.Add(new ChainPath([.. path], Closed: false));
    }
}
