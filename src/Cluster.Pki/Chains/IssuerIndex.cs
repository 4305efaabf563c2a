using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>
/// Finds issuers by the name that a certificate gives. What is no authority counts, too: where it signed, it is better to say so than
/// that the issuer is missing.
/// </summary>
internal sealed class IssuerIndex
{
    private readonly Dictionary<string, List<CertificateInfo>> bySubject = new(StringComparer.Ordinal);

    public IssuerIndex(IEnumerable<CertificateInfo> certificates)
    {
        foreach (var certificate in certificates.DistinctBy(c => c.Sha256))
        {
            if (!bySubject.TryGetValue(certificate.SubjectForm, out var list)) bySubject[certificate.SubjectForm] = list = [];
            list.Add(certificate);
        }
    }

    /// <summary>
    /// Issuers whose name fits and whose key made the signature, in an order that does not depend on the input's: authorities first,
    /// and those whose key the certificate names, so that the right one is tried first among many of one name.
    /// </summary>
    public IEnumerable<CertificateInfo> IssuersOf(CertificateInfo certificate, WorkBudget budget)
    {
        if (!bySubject.TryGetValue(certificate.IssuerForm, out var list)) yield break;
        budget.Step(list.Count);
        var ordered = list
            .OrderBy(c => c.IsCa ? 0 : 1)
            .ThenBy(c => certificate.AuthorityKeyIdentifier is { } named && c.SubjectKeyIdentifier == named ? 0 : 1)
            .ThenBy(c => c.Sha256, StringComparer.Ordinal);
        foreach (var issuer in ordered)
        {
            if (budget.IsIssuedBy(certificate, issuer)) yield return issuer;
        }
    }
}
