using Cluster.Pki.Certificates;

namespace Cluster.Pki.Chains;

/// <summary>Validates chains against a set of authorities.</summary>
public static class ChainValidation
{
    /// <summary>Validates a chain; names are not part of it.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="intermediates">Certificates that may be used on the way.</param>
    /// <param name="anchors">What is trusted.</param>
    /// <param name="now">The instant of validation.</param>
    public static ChainVerdict Validate(CertificateInfo leaf, IReadOnlyList<CertificateInfo> intermediates, TrustAnchors anchors, DateTimeOffset now) =>
        throw new NotSupportedException();
}
