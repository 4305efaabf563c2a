using System.Net;
using Cluster.Pki.Names;

namespace Cluster.Pki.Findings.Rules;

/// <summary>The CN is a host name that no SAN covers.</summary>
internal sealed class CommonNameNotInSan : ICertificateRule
{
    public string Code => "common-name-not-in-san";

    public string Reference => "RFC 9525, 2; CA/B Forum BR, 7.1.4.3";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        var certificate = context.Certificate;
        if (context.Role == BindingRole.Client || certificate.IsCa || !certificate.HasSubjectAlternativeName) yield break;
        if (certificate.SubjectName.CommonName is not { } name || !IsHost(name) || IsCovered(context, name)) yield break;
        yield return new(
            Code,
            PkiSeverity.Warning,
            certificate.DnsNames.Count > 0
                ? $"The CN '{name}' stands in no SAN; peers look only at the SAN, so that the certificate does not count for this host."
                : $"The CN '{name}' stands in no SAN. Peers that follow RFC 9525 do not look at it; OpenSSL and Postfix do, since no SAN "
                    + "is a dNSName.",
            "Have a certificate issued with this name as SAN dNSName too, if peers shall know the host by it.");
    }

    // A CN is free text: only what peers could take for a host is meant as one.
    private static bool IsHost(string name) =>
        IPAddress.TryParse(name, out _)
            || (name.Contains('.', StringComparison.Ordinal) && DnsNames.TryNormalisePattern(name, out _));

    private static bool IsCovered(FindingContext context, string name) =>
        context.Certificate.DnsNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (ReferenceIdentity.TryParse(name) is { } reference && NameMatcher.Match(context.Certificate, reference) is not null);
}
