namespace Cluster.Verification.Tls;

/// <summary>Whether a handshake showed one of the expected certificates, with exactly its chain; a pure function.</summary>
public static class CertificateVerdict
{
    /// <summary>What is wrong; null when an expected chain was served.</summary>
    /// <param name="expected">Any of them will do; none = whatever is served will do.</param>
    /// <param name="seen">The handshake; null = there was none.</param>
    public static string? Judge(IReadOnlyList<ExpectedCertificate> expected, TlsSeen? seen)
    {
        if (seen is null) return "No TLS handshake took place.";
        if (expected.Count == 0) return null;
        if (seen.Chain.Count == 0) return "No certificate was served.";
        if (expected.FirstOrDefault(e => e.Sha256 == seen.Chain[0].Sha256) is not { } wanted)
            return $"Another certificate is served: serial {seen.Chain[0].SerialNumber}, {seen.Chain[0].Subject}.";
        var served = seen.Chain.Select(c => Convert.ToBase64String(c.Der.Span));
        return served.SequenceEqual(wanted.Chain, StringComparer.Ordinal)
            ? null
            : $"The right certificate is served with another chain: {string.Join("; ", seen.Chain.Skip(1).Select(c => c.Subject))}.";
    }
}
