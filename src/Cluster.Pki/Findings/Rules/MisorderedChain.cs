namespace Cluster.Pki.Findings.Rules;

/// <summary>The chain is not in the order leaf, issuer, issuer of the issuer.</summary>
internal sealed class MisorderedChain : ICertificateRule
{
    public string Code => "misordered-chain";

    public string Reference => "RFC 5246, 7.4.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Repaired is { Reordered: true })
        {
            yield return new(
                Code,
                PkiSeverity.Info,
                "The certificates came in another order than they are served; the order was repaired.",
                "Nothing needs to be done.");
            yield break;
        }

        for (var i = 0; context.Repaired is null && i + 1 < context.Intermediates.Count; i++)
        {
            if (context.Budget.IsIssuedBy(context.Intermediates[i], context.Intermediates[i + 1])) continue;
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"'{context.Intermediates[i + 1].Subject}' did not issue the certificate before it.",
                "Upload the chain again; it is ordered by that.");
            yield break;
        }
    }
}
