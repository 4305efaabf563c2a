using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A certificate writes the name of its issuer in another form than the issuer does.</summary>
internal sealed class ChainNameForm : IChainRule
{
    public string Code => "chain-name-form";

    public string Reference => "RFC 5280, 7.1";

    public ChainProblem? Judge(JudgedPath path, FindingContext context)
    {
        for (var i = 0; i + 1 < path.Certificates.Count; i++)
        {
            var (certificate, issuer) = (path.Certificates[i], path.Certificates[i + 1]);
            if (certificate.Parts.Issuer.Span.SequenceEqual(issuer.Parts.Subject.Span)) continue;
            return new(
                $"'{certificate.Subject}' writes the name of its issuer in another form ('{certificate.Issuer}') than the issuer itself "
                    + $"('{issuer.Subject}'): upper and lower case, blanks or the kind of string differ. OpenSSL, Postfix with it, and "
                    + "Java take that for the same name; GnuTLS and Go compare bytes and find no issuer.",
                "Ask the authority for an intermediate, or a root, that writes its name as the certificate does.");
        }

        return null;
    }
}
