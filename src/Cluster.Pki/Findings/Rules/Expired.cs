namespace Cluster.Pki.Findings.Rules;

/// <summary>The validity is over.</summary>
internal sealed class Expired : ICertificateRule
{
    public string Code => "certificate-expired";

    public string Reference => "RFC 5280, 4.1.2.5";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Now > context.Certificate.NotAfter)
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"Expired on {context.Certificate.NotAfter:u}.",
                "Renew it: open a signing request and upload the signed certificate, or import a new one.") { DependsOnTime = true };
    }
}
