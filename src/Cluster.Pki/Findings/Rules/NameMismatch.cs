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
            if (ReferenceIdentity.TryParse(host) is not { } reference || NameMatcher.Match(context.Certificate, reference) is not null)
                continue;
            yield return new(
                Code,
                PkiSeverity.Warning,
                $"No name of the certificate covers '{host}'; it has {Names(context)}.{Leniency(context, reference)}",
                "Have a certificate issued with this name as SAN dNSName, or correct the host name.");
        }
    }

    private static string Leniency(FindingContext context, ReferenceIdentity reference)
    {
        var byOpenSsl = LenientMatch.ByOpenSsl(context.Certificate, reference);
        var byPostfix = LenientMatch.ByPostfix(context.Certificate, reference);
        return (byOpenSsl, byPostfix) switch
        {
            (null, null) => "",
            ({ } name, null) => $" OpenSSL peers still accept it by '{name}'; Postfix and peers that follow RFC 9525 do not.",
            (_, { } name) => $" OpenSSL and Postfix peers still accept it by '{name}'; peers that follow RFC 9525 do not.",
        };
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
