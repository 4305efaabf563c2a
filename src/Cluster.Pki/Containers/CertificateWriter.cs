using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Containers;

/// <summary>Writes certificates and keys in the formats that other software reads.</summary>
public static class CertificateWriter
{
    /// <summary>Writes a PKCS#12 with key, leaf and chain.</summary>
    /// <param name="key">The private key of the leaf.</param>
    /// <param name="certificates">Leaf first, then its chain.</param>
    /// <param name="friendlyName">Name shown by other software.</param>
    /// <param name="password">Password; may be empty, never null.</param>
    /// <param name="profile">Algorithms.</param>
    public static byte[] Pkcs12(PrivateKeyMaterial key, IReadOnlyList<CertificateInfo> certificates, string friendlyName, string password, Pkcs12Profile profile) =>
        throw new NotSupportedException();

    /// <summary>Concatenates certificates as PEM.</summary>
    public static string Pem(IEnumerable<CertificateInfo> certificates) => string.Concat(certificates.Select(c => c.ToPem()));

    /// <summary>Writes a certs-only PKCS#7 (degenerate SignedData, RFC 5652) as DER.</summary>
    public static byte[] Pkcs7(IEnumerable<CertificateInfo> certificates) => throw new NotSupportedException();

    /// <summary>Writes a certs-only PKCS#7 as PEM.</summary>
    public static string Pkcs7Pem(IEnumerable<CertificateInfo> certificates) => throw new NotSupportedException();
}
