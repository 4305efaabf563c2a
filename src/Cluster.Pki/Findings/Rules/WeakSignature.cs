namespace Cluster.Pki.Findings.Rules;

/// <summary>A signature of the chain uses a broken digest.</summary>
internal sealed class WeakSignature : ICertificateRule
{
    public string Code => "weak-signature";

    public string Reference => "CA/B Forum BR, 7.1.3; RFC 9155";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var certificate in context.Intermediates.Prepend(context.Certificate))
        {
            // The signature of a root is not looked at by peers: it is trusted as it stands.
            if (certificate.IsCa && context.Budget.IsSelfSigned(certificate)) continue;
            var name = certificate.SignatureAlgorithm;
            if (!name.Contains("sha1", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("md", StringComparison.Ordinal)) continue;
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"'{certificate.Subject}' is signed with {name}; peers refuse that.",
                "Have it issued again with SHA-256.");
        }
    }
}
