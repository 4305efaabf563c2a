using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>A path from a leaf upwards.</summary>
/// <param name="Certificates">Leaf first.</param>
/// <param name="Closed">Whether the last one is self-signed.</param>
internal sealed record ChainPath(List<CertificateInfo> Certificates, bool Closed);

/// <summary>Enumerates all paths upwards, bounded, so that cross-signed tangles cost little.</summary>
internal static class ChainPaths
{
    private const int MaximumPaths = 64;

    /// <summary>At least one path: the leaf alone.</summary>
    public static List<ChainPath> From(CertificateInfo leaf, IssuerIndex issuers)
    {
        var paths = new List<ChainPath>();
        Extend([leaf], issuers, paths);
        return paths;
    }

    private static void Extend(List<CertificateInfo> path, IssuerIndex issuers, List<ChainPath> paths)
    {
        var last = path[^1];
        if (last.IsSelfSigned)
        {
            paths.Add(new ChainPath([.. path], Closed: true));
            return;
        }

        var extended = false;
        if (path.Count <= ChainRepair.MaximumIntermediates + 1)
        {
            foreach (var issuer in issuers.IssuersOf(last))
            {
                if (paths.Count >= MaximumPaths) break;
                // The same name and key twice is a loop of cross-signed certificates.
                if (path.Exists(c => c.PublicKey.Matches(issuer.PublicKey) && c.Subject == issuer.Subject)) continue;
                extended = true;
                path.Add(issuer);
                Extend(path, issuers, paths);
                path.RemoveAt(path.Count - 1);
            }
        }

        if (!extended) paths.Add(new ChainPath([.. path], Closed: false));
    }
}
