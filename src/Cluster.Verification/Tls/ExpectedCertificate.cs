using Cluster.Contracts.Bundles;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Verification.Tls;

/// <summary>A certificate that an endpoint shall serve.</summary>
/// <param name="Sha256">Lower-case hex SHA-256 of the leaf.</param>
/// <param name="Chain">Leaf and intermediates in the order in which they shall be sent, DER in Base64.</param>
public sealed record ExpectedCertificate(string Sha256, IReadOnlyList<string> Chain)
{
    /// <summary>Takes leaf and chain out of what a service was given.</summary>
    public static ExpectedCertificate Of(PartCertificate certificate) => new(certificate.Sha256, certificate.Chain);

    /// <summary>Kind of the leaf's key; <see cref="KeyKinds.Any"/> when the leaf cannot be read.</summary>
    public KeyKinds KeyKind => Leaf?.KeyAlgorithm switch
    {
        null => KeyKinds.Any,
        KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss => KeyKinds.Rsa,
        _ => KeyKinds.Ecdsa,
    };

    /// <summary>DNS names of the leaf; none when it cannot be read.</summary>
    public IReadOnlyList<string> DnsNames => Leaf?.DnsNames ?? [];

    private CertificateInfo? Leaf
    {
        get
        {
            if (Chain.Count == 0) return null;
            var der = new byte[Chain[0].Length];
            return Convert.TryFromBase64String(Chain[0], der, out var length) ? CertificateInfo.TryRead(der.AsSpan(0, length)) : null;
        }
    }
}
