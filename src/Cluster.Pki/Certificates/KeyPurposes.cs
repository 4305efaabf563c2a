using System.Security.Cryptography.X509Certificates;

namespace Cluster.Pki.Certificates;

/// <summary>For what a certificate may be used, by its extendedKeyUsage, its keyUsage and those of its issuers.</summary>
internal static class KeyPurposes
{
    /// <summary>The usual name of a purpose (RFC 5280, 4.2.1.12), or its object identifier.</summary>
    public static string Name(string oid) => oid switch
    {
        Oids.ServerAuth => "serverAuth",
        Oids.ClientAuth => "clientAuth",
        Oids.CodeSigning => "codeSigning",
        Oids.EmailProtection => "emailProtection",
        Oids.TimeStamping => "timeStamping",
        Oids.OcspSigning => "OCSPSigning",
        Oids.AnyExtendedKeyUsage => "any",
        _ => oid,
    };

    /// <summary>Whether extendedKeyUsage allows a purpose: it names it or any, or is absent.</summary>
    public static bool Names(CertificateInfo certificate, string purpose) =>
        certificate.ExtendedKeyUsage is not { } usages || usages.Contains(purpose) || usages.Contains(Oids.AnyExtendedKeyUsage);

    /// <summary>Whether leaf and intermediates allow a purpose; OpenSSL, GnuTLS and Go ask all of them.</summary>
    public static bool Allows(CertificateInfo leaf, IEnumerable<CertificateInfo> intermediates, string purpose) =>
        Names(leaf, purpose) && intermediates.All(i => Names(i, purpose));

    /// <summary>Whether keyUsage lets the key sign a TLS handshake.</summary>
    public static bool MaySign(CertificateInfo leaf) => leaf.KeyUsage?.HasFlag(X509KeyUsageFlags.DigitalSignature) ?? true;
}
