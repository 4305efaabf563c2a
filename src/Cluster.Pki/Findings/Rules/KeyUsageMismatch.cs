using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Findings.Rules;

/// <summary>keyUsage forbids what the binding does.</summary>
internal sealed class KeyUsageMismatch : ICertificateRule
{
    public string Code => "key-usage";

    public string Reference => "RFC 5280, 4.2.1.3";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Role == BindingRole.None
            || context.Certificate.KeyUsage is not { } usage
            || usage.HasFlag(X509KeyUsageFlags.DigitalSignature))
            yield break;
        if (context.Role == BindingRole.Server
            && context.Certificate.KeyAlgorithm == KeyAlgorithm.Rsa
            && usage.HasFlag(X509KeyUsageFlags.KeyEncipherment))
        {
            yield return new(
                Code,
                PkiSeverity.Warning,
                "keyUsage allows key encipherment only; TLS 1.3 and forward secrecy need digitalSignature.",
                "Have a certificate issued with digitalSignature.");
            yield break;
        }

        yield return new(
            Code,
            PkiSeverity.Error,
            $"keyUsage ({usage}) does not allow digitalSignature, which TLS needs.",
            "Have a certificate issued with digitalSignature.");
    }
}
