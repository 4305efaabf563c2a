using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The usages suit no place in which a certificate can be bound; told before somebody binds it.</summary>
internal sealed class UsageWithoutBinding : ICertificateRule
{
    public string Code => "usage-without-binding";

    public string Reference => "RFC 5280, 4.2.1.3 and 4.2.1.12";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        // In a binding it is an error of that binding. An authority is told to be one.
        var certificate = context.Certificate;
        if (context.Role != BindingRole.None || certificate.IsCa) yield break;
        if (!KeyPurposes.Names(certificate, Oids.ServerAuth) && !KeyPurposes.Names(certificate, Oids.ClientAuth))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"extendedKeyUsage allows {Purposes(certificate)} only; it can be bound nowhere: listeners and interfaces need serverAuth, "
                    + "connections to others clientAuth.",
                "Have a certificate issued with serverAuth, or with clientAuth for outgoing connections.");
        if (certificate.KeyUsage is { } usage && !KeyPurposes.MaySign(certificate) && !CanEncipher(certificate, usage))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"keyUsage ({usage}) does not allow digitalSignature, which TLS needs; it can be bound nowhere.",
                "Have a certificate issued with digitalSignature.");
    }

    private static string Purposes(CertificateInfo certificate) =>
        certificate.ExtendedKeyUsage is { Count: > 0 } usages ? string.Join(", ", usages.Select(KeyPurposes.Name)) : "nothing";

    // RSA key exchange of TLS 1.2 still works, and is warned of where it is bound.
    private static bool CanEncipher(CertificateInfo certificate, X509KeyUsageFlags usage) =>
        certificate.KeyAlgorithm == KeyAlgorithm.Rsa && usage.HasFlag(X509KeyUsageFlags.KeyEncipherment);
}
