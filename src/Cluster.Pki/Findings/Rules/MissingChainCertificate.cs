using Cluster.Pki.Chains;

namespace Cluster.Pki.Findings.Rules;

/// <summary>An issuer between leaf and root is not served.</summary>
internal sealed class MissingChainCertificate : ICertificateRule
{
    public string Code => "missing-intermediate";

    public string Reference => "RFC 8446, 4.4.2; RFC 5246, 7.4.2";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Budget.IsSelfSigned(context.Certificate)) yield break;
        var missing = context.Repaired?.Missing is { MayBeRoot: false } repaired ? repaired : Unlinked(context);
        if (missing is null || context.Path.Value.Forged is not null) yield break;
        var where = missing.Urls.Count > 0
            ? $" The certificate says that it is at {string.Join(", ", missing.Urls.Take(3))}; nothing was fetched."
            : "";
        yield return new(
            Code,
            PkiSeverity.Warning,
            $"The issuer '{missing.Issuer}' is neither served nor a trusted authority; unless it is a root that peers have, they "
                + "cannot build the chain.",
            $"Upload the intermediate together with the certificate, or add a root to the trusted authorities.{where}");
    }

    private static MissingIntermediate? Unlinked(FindingContext context)
    {
        if (context.Repaired is not null) return null;
        var certificate = context.Certificate;
        return context.Intermediates.Any(i => context.Budget.IsIssuedBy(certificate, i))
            || context.Trust?.Issued(certificate, context.Budget) == true
            ? null
            : new MissingIntermediate(certificate.Issuer, certificate.CaIssuerUrls, MayBeRoot: false);
    }
}
