using Cluster.Pki.Certificates;

namespace Cluster.Pki.Names;

/// <summary>
/// What peers in use still accept although RFC 9525 does not: OpenSSL looks at the CN when no SAN is a dNSName and lets a
/// wildcard be part of the left-most label; Postfix looks at the CN likewise and takes whole labels only.
/// </summary>
public static class LenientMatch
{
    /// <summary>The name by which OpenSSL (X509_check_host) takes the certificate for a host.</summary>
    /// <returns>Null when it does not.</returns>
    public static string? ByOpenSsl(CertificateInfo certificate, ReferenceIdentity reference) =>
        Presented(certificate, reference).FirstOrDefault(name => MatchesPattern(name, reference.Text));

    /// <summary>The name by which Postfix takes the certificate for a host.</summary>
    /// <returns>Null when it does not.</returns>
    public static string? ByPostfix(CertificateInfo certificate, ReferenceIdentity reference) =>
        Presented(certificate, reference).FirstOrDefault(name => NameMatcher.Matches(name, reference));

    private static IEnumerable<string> Presented(CertificateInfo certificate, ReferenceIdentity reference)
    {
        if (reference.Address is not null || reference.UnderDomain) return [];
        if (certificate.DnsNames.Count > 0) return certificate.DnsNames;
        return certificate.SubjectName.CommonName is { } common ? [common] : [];
    }

    private static bool MatchesPattern(string pattern, string host)
    {
        var name = pattern.ToLowerInvariant();
        var star = name.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return string.Equals(name, host, StringComparison.Ordinal);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var hostDot = host.IndexOf('.', StringComparison.Ordinal);
        // One star, in the left-most label, with two dots behind it, and no A-label around it or under it.
        if (dot < star
            || name.LastIndexOf('*') != star
            || name.Count(c => c == '.') < 2
            || name.StartsWith("xn--", StringComparison.Ordinal)
            || hostDot < 0)
            return false;
        if (!string.Equals(name[dot..], host[hostDot..], StringComparison.Ordinal)) return false;
        var (before, behind, label) = (name[..star], name[(star + 1)..dot], host[..hostDot]);
        var whole = before.Length == 0 && behind.Length == 0;
        return whole || (label.Length >= before.Length + behind.Length && !label.StartsWith("xn--", StringComparison.Ordinal)
            && label.StartsWith(before, StringComparison.Ordinal) && label.EndsWith(behind, StringComparison.Ordinal));
    }
}
