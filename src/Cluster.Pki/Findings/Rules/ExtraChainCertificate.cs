namespace Cluster.Pki.Findings.Rules;

/// <summary>Certificates came along that do not belong to the chain.</summary>
internal sealed class ExtraChainCertificate : ICertificateRule
{
    public string Code => "extra-certificate";

    public string Reference => "RFC 8446, 4.4.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var certificate in context.Repaired?.Extra ?? [])
            yield return new(
                Code,
                PkiSeverity.Info,
                $"'{certificate.Subject}' does not belong to the chain and was left out.",
                "Nothing needs to be done; check that the right file was sent.");
    }
}
