namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>The validity of an authority has not begun.</summary>
internal sealed class AuthorityNotYetValid : IAuthorityRule
{
    public string Code => "authority-not-yet-valid";

    public string Reference => "RFC 5280, 4.1.2.5";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        if (context.Now < context.Certificate.NotBefore)
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The authority '{context.Certificate.Subject}' is valid only from {context.Certificate.NotBefore:u} on.",
                "Wait until then, or check the clock.") { DependsOnTime = true };
    }
}
