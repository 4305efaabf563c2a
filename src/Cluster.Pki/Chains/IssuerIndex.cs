using Cluster.Pki.Certificates;
using Cluster.Pki.Findings;

namespace Cluster.Pki.Chains;

/// <summary>Finds authorities by the name that a certificate gives as its issuer.</summary>
internal sealed class IssuerIndex
{
    private readonly Dictionary<string, List<CertificateInfo>> bySubject = new(StringComparer.Ordinal);

    public IssuerIndex(IEnumerable<CertificateInfo> certificates)
    {
        foreach (var certificate in certificates.DistinctBy(c => c.Sha256))
        {
            // Certificates of version 1 have no basicConstraints; as self-signed roots they are still in use.
            if (!certificate.IsCa && !certificate.IsSelfIssued) continue;
            var key = Convert.ToHexString(certificate.Parts.Subject.Span);
            if (!bySubject.TryGetValue(key, out var list)) bySubject[key] = list = [];
            list.Add(certificate);
        }
    }

    /// <summary>
    /// Authorities whose name fits and whose key made the signature, in an order that does not depend on the input's: first those
    /// whose key the certificate names, so that the right one is tried first among many of one name.
    /// </summary>
    public IEnumerable<CertificateInfo> IssuersOf(CertificateInfo certificate, WorkBudget budget)
    {
        if (!bySubject.TryGetValue(Convert.ToHexString(certificate.Parts.Issuer.Span), out var list)) yield break;
        budget.Step(list.Count);
        var ordered = list
            .OrderBy(c => certificate.AuthorityKeyIdentifier is { } named && c.SubjectKeyIdentifier == named ? 0 : 1)
            .ThenBy(c => c.Sha256, StringComparer.Ordinal);
        foreach (var issuer in ordered)
        {
            if (budget.IsIssuedBy(certificate, issuer)) yield return issuer;
        }
    }
}
