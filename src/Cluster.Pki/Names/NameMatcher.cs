using Cluster.Pki.Certificates;

namespace Cluster.Pki.Names;

/// <summary>Matches presented against reference identities (RFC 9525, 6).</summary>
public static class NameMatcher
{
    /// <summary>Finds the first reference identity that a name of the certificate matches; the CN counts only without any SAN.</summary>
    /// <returns>Null when none matches.</returns>
    public static NameMatch? Match(CertificateInfo certificate, IEnumerable<ReferenceIdentity> references)
    {
        foreach (var reference in references)
        {
            if (Match(certificate, reference) is { } match) return match;
        }

        return null;
    }

    /// <summary>Matches one reference identity.</summary>
    /// <returns>Null when no name of the certificate matches.</returns>
    public static NameMatch? Match(CertificateInfo certificate, ReferenceIdentity reference)
    {
        if (reference.Address is { } address)
            return certificate.IpAddresses.Contains(address) ? new NameMatch(address.ToString(), reference, ByCommonName: false) : null;
        foreach (var presented in certificate.DnsNames)
        {
            if (Matches(presented, reference)) return new NameMatch(presented, reference, ByCommonName: false);
        }

        var commonName = certificate.SubjectName.CommonName;
        return !certificate.HasSubjectAlternativeName && commonName is not null && Matches(commonName, reference)
            ? new NameMatch(commonName, reference, ByCommonName: true)
            : null;
    }

    /// <summary>
    /// Whether one presented dNSName matches: case-insensitive, a wildcard only as the whole left-most label and for exactly one
    /// label.
    /// </summary>
    public static bool Matches(string presented, ReferenceIdentity reference)
    {
        // Peers compare the text: a dot at the end never matches (RFC 9525, 6.3; tried with OpenSSL and GnuTLS).
        if (reference.Address is not null || presented.EndsWith('.') || !DnsNames.TryNormalisePattern(presented, out var pattern))
            return false;
        if (reference.UnderDomain)
            return pattern.EndsWith("." + reference.Text, StringComparison.Ordinal);
        if (!pattern.StartsWith("*.", StringComparison.Ordinal)) return string.Equals(pattern, reference.Text, StringComparison.Ordinal);
        var dot = reference.Text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && string.Equals(reference.Text[dot..], pattern[1..], StringComparison.Ordinal);
    }
}
