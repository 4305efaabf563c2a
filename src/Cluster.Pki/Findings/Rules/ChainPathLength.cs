using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>More authorities follow below one than it allows.</summary>
internal sealed class ChainPathLength : IChainRule
{
    public string Code => "chain-path-length";

    public string Reference => "RFC 5280, 4.2.1.9";

    public ChainProblem? Judge(JudgedPath path, FindingContext context)
    {
        if (IssuerChecks.PathLength(path.Certificates) is not { } problem) return null;
        var root = path.Ends && problem.Issuer.Equals(path.Certificates[^1]);
        var who = root
            ? "OpenSSL, Postfix with it, and GnuTLS refuse the chain; Java does not look at this of a root"
            : "OpenSSL, Postfix with it, GnuTLS and Java refuse the chain";
        return new(
            $"'{problem.Issuer.Subject}' {problem.Why}, and more follow; {who}.",
            "Have the certificate issued by an authority directly below this one, or ask the authority for another chain.");
    }
}
