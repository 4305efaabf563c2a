namespace Cluster.Pki.Findings.Rules;

/// <summary>The leaf says that it is an authority.</summary>
internal sealed class AuthorityAsLeaf : ICertificateRule
{
    public string Code => "ca-leaf";

    public string Reference => "RFC 5280, 4.2.1.9; CA/B Forum BR, 7.1.2.7";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Certificate.IsCa)
            yield return new(
                Code,
                context.Role == BindingRole.None ? PkiSeverity.Warning : PkiSeverity.Error,
                "basicConstraints says CA:TRUE: whoever has this key can issue certificates.",
                "Have a certificate for the host issued by this authority and bind that.");
    }
}
