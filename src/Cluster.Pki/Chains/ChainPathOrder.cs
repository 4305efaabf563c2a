using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>
/// Picks the best of several paths: of authorities, valid now, trusted, closed, least from the pool, short, long valid; digests
/// decide the rest.
/// </summary>
internal sealed class ChainPathOrder(HashSet<string> given, TrustAnchors? trust, DateTimeOffset now, WorkBudget budget)
{
    public ChainPath Best(IEnumerable<ChainPath> paths) => paths
        .OrderBy(Key)
        .ThenByDescending(p => p.Certificates.Min(c => c.NotAfter))
        .ThenBy(p => string.Join('.', p.Certificates.Select(c => c.Sha256)), StringComparer.Ordinal)
        .First();

    private (bool NotAuthorities, bool Invalid, bool Untrusted, bool Open, int FromPool, int Length) Key(ChainPath path)
    {
        var above = path.Certificates.Skip(1).ToList();
        // An expired root is not served; it does not count against a path.
        var served = path.Closed ? above.SkipLast(1) : above;
        return (
            above.Any(c => !c.IsAuthority),
            served.Any(c => now < c.NotBefore || now > c.NotAfter),
            !Trusted(path),
            !path.Closed,
            above.Count(c => !given.Contains(c.Sha256)),
            path.Certificates.Count);
    }

    private bool Trusted(ChainPath path)
    {
        try
        {
            return trust?.Reaches(path, budget) == true;
        }
        catch (WorkExhaustedException)
        {
            // The search says that it was cut; which path is taken then is no more than a guess.
            return false;
        }
    }
}
