using System.Net;
using System.Text;
using Cluster.Pki.Names;

namespace Cluster.Pki.Findings.Rules;

/// <summary>A dNSName is no host name, so that it matches none.</summary>
internal sealed class NameThatMatchesNothing : ICertificateRule
{
    public string Code => "name-matches-nothing";

    public string Reference => "RFC 9525, 6.3; RFC 5280, 4.2.1.6; RFC 1034, 3.5";

    public IEnumerable<CertificateFinding> Check(FindingContext context)
    {
        foreach (var name in context.Certificate.DnsNames)
        {
            if (Wrong(name) is not var (what, hint)) continue;
            yield return new(Code, PkiSeverity.Warning, $"The SAN dNSName '{Shown(name)}' {what}.", hint);
        }
    }

    private static (string What, string Hint)? Wrong(string name)
    {
        const string Reissue = "Have a certificate issued with the host's name as SAN dNSName.";
        var host = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        if (name.Length == 0) return ("is empty and matches no host", Reissue);
        if (host.Contains("://", StringComparison.Ordinal)) return ("is a URL; peers compare host names, so it matches none", Reissue);
        if (host.Contains('@', StringComparison.Ordinal))
            return ("is an e-mail address; peers compare host names, so it matches none", "Have the address issued as rfc822Name.");
        if (IsAddress(host))
            return (
                "is an IP address; peers that connect to an address look only at SAN iPAddress",
                "Have a certificate issued with the address as SAN iPAddress.");
        if (host.Any(char.IsWhiteSpace)) return ("has a blank inside and matches no host", Reissue);
        if (host.EndsWith('.'))
            return ("ends in a dot; peers compare the text without it, so it matches no host", "Have it issued without the final dot.");
        // What a wildcard does in a wrong place is told by a rule of its own.
        if (host.Contains('*', StringComparison.Ordinal)) return null;
        if (!Ascii.IsValid(host))
            return (
                "is not written in A-labels (RFC 5890) and matches no host",
                "Have it issued with the A-label, which begins with 'xn--'.");
        if (host.Contains('_', StringComparison.Ordinal))
            return (
                "has an underscore, which no host name has; OpenSSL and GnuTLS compare it as text, public authorities issue none and "
                    + "strict peers refuse it",
                "Name the host without an underscore, and have that issued.");
        return DnsNames.TryNormalise(host, out _) ? null : ("is no host name (RFC 1034, 3.5) and matches none", Reissue);
    }

    // "1.2" is an address to some parsers, and a name that cannot be resolved to all.
    private static bool IsAddress(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out _)
            && (host.Contains(':', StringComparison.Ordinal) || host.Count(c => c == '.') == 3);

    private static string Shown(string name) => name.Length <= 100 ? name : $"{name[..100]}…";
}
