using Cluster.Pki.Names;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A name has a wildcard that is not a whole left-most label.</summary>
internal sealed class PartialWildcard : ICertificateRule
{
    public string Code => "partial-wildcard";

    public string Reference => "RFC 9525, 6.3";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var name in context.Certificate.DnsNames)
        {
            if (!name.Contains('*', StringComparison.Ordinal) || DnsNames.TryNormalisePattern(name, out _)) continue;
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The name '{name}' has a wildcard that is not a whole left-most label; RFC 9525 peers ignore it, some OpenSSL peers "
                    + "match it.",
                "Have a certificate issued with whole names or with '*.domain'.");
        }
    }
}
