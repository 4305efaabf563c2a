namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>The validity of an authority is over.</summary>
internal sealed class AuthorityExpired : IAuthorityRule
{
    public string Code => "authority-expired";

    public string Reference => "RFC 5280, 6.1.3";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        if (context.Now > context.Certificate.NotAfter)
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The authority '{context.Certificate.Subject}' expired on {context.Certificate.NotAfter:u}; nothing is verified by it "
                    + "any more.",
                "Add the authority's new certificate, and take this one out.") { DependsOnTime = true };
    }
}
