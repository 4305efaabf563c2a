namespace Cluster.Pki.Findings.Rules;

/// <summary>A served intermediate is not valid now.</summary>
internal sealed class ChainOutsideValidity : ICertificateRule
{
    public string Code => "chain-outside-validity";

    public string Reference => "RFC 5280, 6.1.3";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var certificate in context.Intermediates)
        {
            if (context.Now >= certificate.NotBefore && context.Now <= certificate.NotAfter) continue;
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The intermediate '{certificate.Subject}' is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u} only.",
                "Upload the certificate again with the authority's current intermediate.") { DependsOnTime = true };
        }
    }
}
