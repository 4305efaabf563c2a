namespace Cluster.Pki.Findings.Rules;

/// <summary>A certificate that something serves or presents ends soon, or has ended.</summary>
internal sealed class ExpiresWhileDeployed : ICertificateRule
{
    public string Code => "deployed-certificate-expires";

    public string Reference => "RFC 5280, 4.1.2.5";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        var left = context.Certificate.NotAfter - context.Now;
        if (context.Role == BindingRole.None || left >= RenewalWindow.Of(context.Certificate)) yield break;
        var when = left < TimeSpan.Zero
            ? $"It is in use here and expired on {context.Certificate.NotAfter:u}"
            : $"It is in use here and expires on {context.Certificate.NotAfter:u}, {RenewalWindow.Left(left)}";
        yield return new(
            Code,
            PkiSeverity.Warning,
            $"{when}; peers that verify refuse it from then on.",
            "Renew it: open a signing request and upload the signed certificate, or bind another one.") { DependsOnTime = true };
    }
}
