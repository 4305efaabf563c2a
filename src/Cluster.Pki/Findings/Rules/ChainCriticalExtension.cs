using System.Collections.Frozen;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A certificate has an extension that whoever does not know it must refuse, and nobody knows it.</summary>
internal sealed class ChainCriticalExtension : IChainRule
{
    // Those that OpenSSL 3 supports (X509_supported_extension).
    private static readonly FrozenSet<string> Known = FrozenSet.ToFrozenSet(
    [
        Oids.KeyUsage,
        Oids.SubjectAlternativeName,
        Oids.BasicConstraints,
        Oids.ExtendedKeyUsage,
        Oids.NameConstraints,
        Oids.SubjectKeyIdentifier,
        Oids.AuthorityKeyIdentifier,
        "2.5.29.31", // cRLDistributionPoints
        "2.5.29.32", // certificatePolicies
        "2.5.29.33", // policyMappings
        "2.5.29.36", // policyConstraints
        "2.5.29.54", // inhibitAnyPolicy
        "2.16.840.1.113730.1.1", // netscape-cert-type
        "1.3.6.1.5.5.7.48.1.5", // id-pkix-ocsp-nocheck
        "1.3.6.1.5.5.7.1.7", // IP addresses of resource certificates
        "1.3.6.1.5.5.7.1.8", // AS numbers of resource certificates
    ]);

    public string Code => "chain-critical-extension";

    public string Reference => "RFC 5280, 4.2";

    public ChainProblem? Judge(JudgedPath path, FindingContext context)
    {
        for (var i = 0; i < path.Certificates.Count; i++)
        {
            var certificate = path.Certificates[i];
            if (CertificateReading.Extensions(certificate).Find(e => e.Critical && !Known.Contains(e.Oid)) is not { } unknown) continue;
            var root = path.Ends && i > 0 && i == path.Certificates.Count - 1;
            var java = root ? "; Java does not look at this of a root" : ", and so do Java and Go";
            return new(
                $"'{certificate.Subject}' has the critical extension {Name(unknown.Oid)}, which software does not know and therefore must "
                    + $"not accept: OpenSSL, Postfix with it, and GnuTLS refuse the chain{java}.",
                "Have the certificate issued without the extension, or with one that is not critical.");
        }

        return null;
    }

    private static string Name(string oid) => oid switch
    {
        "1.3.6.1.4.1.11129.2.4.3" => $"{oid} (the mark of a precertificate: upload the certificate itself)",
        _ => oid,
    };
}
