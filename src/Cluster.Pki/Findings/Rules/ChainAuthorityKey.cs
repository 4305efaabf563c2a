using Cluster.Pki.Certificates;
using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A certificate names another key, or another certificate, as that of its issuer than the one that is there.</summary>
internal sealed class ChainAuthorityKey : IChainRule
{
    public string Code => "chain-authority-key";

    public string Reference => "RFC 5280, 4.2.1.1";

    public ChainProblem? Judge(JudgedPath path, FindingContext context)
    {
        for (var i = 0; i + 1 < path.Certificates.Count; i++)
        {
            var (certificate, issuer) = (path.Certificates[i], path.Certificates[i + 1]);
            if (KeyIdentifiers.Misfit(certificate, issuer) is not { } misfit) continue;
            return new(
                $"'{certificate.Subject}' names as that of its issuer (authorityKeyIdentifier) {misfit}; {OfLink(misfit)}.",
                "Ask the authority for the intermediate that belongs to this certificate, or have the certificate issued again.");
        }

        return OfRoot(path);
    }

    private static string OfLink(string misfit) => misfit.StartsWith("the key", StringComparison.Ordinal)
        ? "OpenSSL, Postfix with it, and GnuTLS find no issuer and refuse the chain; Java and Go take it"
        : "OpenSSL and Postfix with it find no issuer and refuse the chain; GnuTLS, Java and Go take it";

    private static ChainProblem? OfRoot(JudgedPath path)
    {
        var root = path.Certificates[^1];
        if (path.Certificates.Count == 1 || !path.Ends || !root.IsSelfIssued) return null;
        return KeyIdentifiers.Misfit(root, root) is { } misfit
            ? new(
                $"The root '{root.Subject}' is signed by itself, but names as that of its issuer (authorityKeyIdentifier) {misfit}; "
                    + "OpenSSL and Postfix with it look for another issuer, find none, and refuse the chain. GnuTLS and Java take it.",
                "Ask the authority for a root whose authorityKeyIdentifier is its own, or for a chain to another root.")
            : null;
    }
}
