using System.Security.Cryptography.X509Certificates;

namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>The authority may not sign certificates.</summary>
internal sealed class AuthorityKeyUsage : IAuthorityRule
{
    public string Code => "authority-key-usage";

    public string Reference => "RFC 5280, 4.2.1.3";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        if (context.Certificate.KeyUsage is { } usage && !usage.HasFlag(X509KeyUsageFlags.KeyCertSign))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"keyUsage ({usage}) of '{context.Certificate.Subject}' does not allow it to sign certificates; peers refuse what "
                    + "it issued.",
                "Add the certificate that issues, not one for another purpose.");
    }
}
