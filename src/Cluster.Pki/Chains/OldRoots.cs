using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>
/// Roots of version 1 in a file: nothing in them says that they are authorities (RFC 5280, 4.2.1.9), but beside one that it issued
/// such a certificate is a root and not a host's.
/// </summary>
public static class OldRoots
{
    /// <summary>Finds them.</summary>
    /// <param name="certificates">Everything that stands in the file.</param>
    /// <param name="budget">Bounds the work; what it does not reach is taken for a host's certificate.</param>
    /// <returns>Their digests.</returns>
    public static IReadOnlySet<string> Among(IReadOnlyList<CertificateInfo> certificates, WorkBudget budget)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var byIssuer = certificates.ToLookup(c => c.IssuerForm, StringComparer.Ordinal);
        try
        {
            foreach (var old in certificates.Where(c => c is { IsCa: false, Version: 1, HasExtensions: false, IsSelfIssued: true }))
            {
                if (byIssuer[old.SubjectForm].Any(c => !c.Equals(old) && budget.IsIssuedBy(c, old))
                    && budget.IsSelfSigned(old))
                    found.Add(old.Sha256);
            }
        }
        catch (WorkExhaustedException)
        {
            // The rules have nothing left either, and say so.
        }

        return found;
    }
}
