using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A certificate of the chain issued the one below and is no authority.</summary>
internal sealed class ChainNotAnAuthority : IChainRule
{
    public string Code => "chain-not-an-authority";

    public string Reference => "RFC 5280, 4.2.1.9 and 4.2.1.3";

    public ChainProblem? Judge(JudgedPath path, FindingContext context)
    {
        if (IssuerChecks.Authority(path.Certificates) is not { } problem) return null;
        // Of a root, the right to sign certificates is enough for some.
        var signs = path.Ends
            && problem.Issuer.Equals(path.Certificates[^1])
            && problem.Issuer.KeyUsage?.HasFlag(X509KeyUsageFlags.KeyCertSign) == true
            && CertificateReading.Extension(problem.Issuer, Oids.BasicConstraints) is null;
        return new(
            $"'{problem.Issuer.Subject}' {problem.Why}, but issued the certificate below it; "
                + (signs ? "Java refuses the chain, OpenSSL, Postfix with it, and GnuTLS take it." : "all peers refuse the chain."),
            "Have the certificate issued by an authority, or ask the authority for its right intermediate and upload the chain again.");
    }
}
