using Cluster.Pki.Names;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A wildcard stands directly below a domain under which anybody can register names.</summary>
internal sealed class WideWildcard : ICertificateRule
{
    public string Code => "wide-wildcard";

    public string Reference => "CA/B Forum BR, 3.2.2.6; RFC 9525, 7.1";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var name in context.Certificate.DnsNames)
        {
            if (name != "*" && !(name.StartsWith("*.", StringComparison.Ordinal) && PublicSuffixes.Contains(name[2..]))) continue;
            var below = name == "*" ? "everything" : $"every domain below '{name[2..]}', where anybody can register one";
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The wildcard '{name}' stands for {below}; no public authority issues that, and peers that know public suffixes ignore it."
                    + (name.Count(c => c == '.') < 2 ? " OpenSSL and RFC 9525 peers match no wildcard before a single label." : ""),
                "Have a certificate issued with a wildcard below a domain of your own, or with whole names.");
        }
    }
}
