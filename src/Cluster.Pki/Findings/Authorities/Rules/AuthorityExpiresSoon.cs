namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>The validity of an authority ends soon.</summary>
internal sealed class AuthorityExpiresSoon : IAuthorityRule
{
    public string Code => "authority-expires-soon";

    public string Reference => "RFC 5280, 4.1.2.5";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        var left = context.Certificate.NotAfter - context.Now;
        if (left >= TimeSpan.Zero && left < TimeSpan.FromDays(90))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The authority '{context.Certificate.Subject}' expires on {context.Certificate.NotAfter:u}, in "
                    + $"{(int)left.TotalDays} days.",
                "Add the authority's new certificate before.") { DependsOnTime = true };
    }
}
