namespace Cluster.Pki.Findings.Rules;

/// <summary>The validity ends soon, by the share of life that is left.</summary>
internal sealed class ExpiresSoon : ICertificateRule
{
    public string Code => "certificate-expires-soon";

    public string Reference => "RFC 5280, 4.1.2.5";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        var left = context.Certificate.NotAfter - context.Now;
        if (left >= TimeSpan.Zero && left < RenewalWindow.Of(context.Certificate))
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"Expires on {context.Certificate.NotAfter:u}, {RenewalWindow.Left(left)}.",
                "Renew it: open a signing request and upload the signed certificate.") { DependsOnTime = true };
    }
}
