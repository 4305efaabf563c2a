using Cluster.Pki.Certificates;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The leaf or an intermediate can be read, and is not as RFC 5280 or X.690 say.</summary>
internal sealed class MalformedCertificate : ICertificateRule
{
    public string Code => "malformed-certificate";

    public string Reference => "RFC 5280, 4.1; X.690";

    public IEnumerable<CertificateFinding> Check(FindingContext context) =>
        new[] { context.Certificate }.Concat(context.Intermediates)
            .SelectMany((c, i) => c.Defects.Select(d => Finding(i == 0 ? "The certificate" : $"The intermediate '{c.Subject}'", d)));

    private CertificateFinding Finding(string which, CertificateDefect defect) => new(
        Code,
        PkiSeverity.Warning,
        $"{which} {defect.Text} ({defect.Source}): strict peers refuse it, lenient ones may not.",
        "Have it issued again without this fault.");
}
