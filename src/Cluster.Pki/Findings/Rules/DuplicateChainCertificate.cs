namespace Cluster.Pki.Findings.Rules;

/// <summary>A certificate came more than once.</summary>
internal sealed class DuplicateChainCertificate : ICertificateRule
{
    public string Code => "duplicate-certificate";

    public string Reference => "RFC 5246, 7.4.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var certificate in context.Repaired?.Duplicates ?? [])
            yield return new(
                Code,
                PkiSeverity.Info,
                $"'{certificate.Subject}' was there more than once; it is served once.",
                "Nothing needs to be done.");
    }
}
