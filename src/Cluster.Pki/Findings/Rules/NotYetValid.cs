namespace Cluster.Pki.Findings.Rules;

/// <summary>The validity has not begun.</summary>
internal sealed class NotYetValid : ICertificateRule
{
    public string Code => "certificate-not-yet-valid";

    public string Reference => "RFC 5280, 4.1.2.5";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Now < context.Certificate.NotBefore)
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"Valid only from {context.Certificate.NotBefore:u} on.",
                "Wait until then, or check the clock; peers refuse it before.") { DependsOnTime = true };
    }
}
