using Cluster.Pki.Names;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A host name that peers expect is not covered.</summary>
internal sealed class NameMismatch : ICertificateRule
{
    public string Code => "name-mismatch";

    public string Reference => "RFC 9525, 6";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        if (context.Role == BindingRole.Client) yield break;
        foreach (var host in context.HostNames)
        {
            if (ReferenceIdentity.TryParse(host) is not { } reference || NameMatcher.Match(context.Certificate, reference) is not null) continue;
            yield return new(Code, FindingSeverity.Warning, $"No name of the certificate covers '{host}'; it has {Names(context)}.", "Have a certificate issued with this name as SAN dNSName, or correct the host name.");
        }
    }

    private static string Names(FindingContext context)
    {
        var names = context.Certificate.DnsNames.Concat(context.Certificate.IpAddresses.Select(a => a.ToString())).ToList();
        return names.Count switch
        {
            0 => "none",
            <= 5 => string.Join(", ", names),
            _ => $"{string.Join(", ", names.Take(5))} and {names.Count - 5} more",
        };
    }
}
