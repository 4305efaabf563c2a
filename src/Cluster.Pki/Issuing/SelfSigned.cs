using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;

namespace Cluster.Pki.Issuing;

/// <summary>Self-signed certificates for servers and clients.</summary>
public static class SelfSigned
{
    /// <summary>Organisational unit that marks the built-in demo certificate.</summary>
    public const string DemoUnit = "Demo certificate, not for production";

    /// <summary>
    /// Issues a self-signed certificate with the same names as a request for the same key would carry; usable as server and
    /// client, no authority.
    /// </summary>
    /// <param name="key">The key, which also signs.</param>
    /// <param name="names">Checked names.</param>
    /// <param name="now">Now; the validity begins an hour earlier, for peers whose clock is behind.</param>
    /// <param name="validFor">Length of the validity from now on.</param>
    public static CertificateInfo Create(PrivateKeyMaterial key, RequestedNames names, DateTimeOffset now, TimeSpan validFor) =>
        CertificateIssuing.IssueSelfSigned(key, Order(key.Public, names, now, validFor));

    /// <summary>What such a certificate says.</summary>
    internal static IssueOrder Order(PublicKeyMaterial key, RequestedNames names, DateTimeOffset now, TimeSpan validFor) => new()
    {
        PublicKey = key,
        Subject = names.Subject,
        DnsNames = names.DnsNames,
        IpAddresses = names.IpAddresses,
        NotBefore = now.AddHours(-1),
        NotAfter = now + validFor,
        KeyUsage = LeafUsage(key.Algorithm),
        ExtendedKeyUsage = [Oids.ServerAuth, Oids.ClientAuth],
    };

    /// <summary>keyUsage of a TLS leaf: RSA keys may also be used for key transport (TLS 1.2 and older).</summary>
    internal static X509KeyUsageFlags LeafUsage(KeyAlgorithm algorithm) => algorithm == KeyAlgorithm.Rsa
        ? X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment
        : X509KeyUsageFlags.DigitalSignature;
}
