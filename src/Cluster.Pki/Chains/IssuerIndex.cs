using Cluster.Pki.Certificates;

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

    /// <summary>Authorities whose name fits and whose key made the signature, in an order that does not depend on the input's.</summary>
    public IEnumerable<CertificateInfo> IssuersOf(CertificateInfo certificate) =>
        bySubject.TryGetValue(Convert.ToHexString(certificate.Parts.Issuer.Span), out var list)
            ? list.Where(certificate.IsIssuedBy).OrderBy(c => c.Sha256, StringComparer.Ordinal)
            : [];
}
