namespace Cluster.Pki.Findings.Rules;

/// <summary>Intermediates did not come with the upload and were taken from what the cluster has.</summary>
internal sealed class CompletedChain : ICertificateRule
{
    public string Code => "completed-chain";

    public string Reference => "RFC 8446, 4.4.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var certificate in context.Repaired?.TakenFromPool ?? [])
            yield return new(
                Code,
                PkiSeverity.Info,
                $"The intermediate '{certificate.Subject}' did not come along; it was taken from the cluster's trusted authorities or "
                    + "other chains.",
                "Nothing needs to be done; check that it is the one that the authority names.");
    }
}
