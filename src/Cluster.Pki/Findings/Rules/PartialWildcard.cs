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
            // A whole label is judged by what follows it.
            var star = name.LastIndexOf('*');
            if (star < 0 || name == "*" || (star == 0 && name.StartsWith("*.", StringComparison.Ordinal))) continue;
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"The name '{name}' has a wildcard {Where(name)}; RFC 9525 peers ignore it"
                    + (InFirst(name) ? ", some OpenSSL peers match it." : ", and so does OpenSSL."),
                "Have a certificate issued with whole names or with '*.domain'.");
        }
    }

    private static string Where(string name) => InFirst(name) ? "that is not a whole left-most label" : "in the wrong label";

    private static bool InFirst(string name) => name.LastIndexOf('*') < (name + ".").IndexOf('.', StringComparison.Ordinal);
}
