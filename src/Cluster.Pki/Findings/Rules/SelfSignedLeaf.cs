namespace Cluster.Pki.Findings.Rules;

/// <summary>No authority vouches for the certificate.</summary>
internal sealed class SelfSignedLeaf : ICertificateRule
{
    public string Code => "self-signed";

    public string Reference => "RFC 9525, 1; CA/B Forum BR, 7.1.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Demo || !context.Budget.IsSelfSigned(context.Certificate)) yield break;
        yield return new(
            Code,
            context.Public ? PkiSeverity.Warning : PkiSeverity.Info,
            "Self-signed: peers cannot verify it.",
            "Have its signing request signed by an authority and upload the answer.");
    }
}
