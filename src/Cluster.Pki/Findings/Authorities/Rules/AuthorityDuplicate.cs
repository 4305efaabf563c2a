namespace Cluster.Pki.Findings.Authorities.Rules;

/// <summary>The same certificate is trusted in several places.</summary>
internal sealed class AuthorityDuplicate : IAuthorityRule
{
    public string Code => "authority-duplicate";

    public string Reference => "RFC 5280, 6.1.1";

    public IEnumerable<CertificateFinding> Check(AuthorityContext context)
    {
        if (context.AlsoIn.Count > 0)
            yield return new(
                Code,
                PkiSeverity.Info,
                $"The authority '{context.Certificate.Subject}' also stands in {string.Join(", ", context.AlsoIn.Take(3))}; taking it "
                    + "out here alone does not end the trust.",
                "Keep it in one place.");
    }
}
