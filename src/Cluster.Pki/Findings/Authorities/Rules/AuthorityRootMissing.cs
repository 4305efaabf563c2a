using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>An intermediate is trusted, but not the root above it: OpenSSL, and Postfix with it, then verifies nothing by it.</summary>
internal sealed class AuthorityRootMissing : IAuthorityRule
{
    public string Code => "authority-root-missing";

    public string Reference => "RFC 5280, 6.1.1";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        var certificate = context.Certificate;
        if (context.Trust is not { } trust || ChainValidation.LeadsToRoot(certificate, trust, context.Budget)) yield break;
        yield return new(
            Code,
            PkiSeverity.Warning,
            $"'{certificate.Subject}' is an intermediate, and its root '{certificate.Issuer}' is not among the trusted authorities; "
                + "OpenSSL and Postfix verify nothing by it alone.",
            "Add the root too. The intermediate itself need not be trusted: servers send it.");
    }
}
