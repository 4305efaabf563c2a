using System.Security.Cryptography;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Certificates;

/// <summary>Signature algorithms of certificates and what they are called (RFC 3279, RFC 4055, RFC 5758, RFC 8410).</summary>
internal static class SignatureAlgorithms
{
    public static string Name(string oid, ReadOnlyMemory<byte> identifier) => oid switch
    {
        "1.2.840.113549.1.1.2" => "md2WithRSAEncryption",
        "1.2.840.113549.1.1.4" => "md5WithRSAEncryption",
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.14" => "sha224WithRSAEncryption",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        Oids.RsaPss => $"rsassaPss-{PssDigest(identifier).Name?.ToLowerInvariant() ?? "unknown"}",
        "1.2.840.10045.4.1" => "ecdsa-with-SHA1",
        "1.2.840.10045.4.3.1" => "ecdsa-with-SHA224",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.2.840.10040.4.3" => "dsa-with-sha1",
        "2.16.840.1.101.3.4.3.2" => "dsa-with-sha256",
        Oids.Ed25519 => "Ed25519",
        Oids.Ed448 => "Ed448",
        _ => oid,
    };

    /// <summary>Digest of a plain RSA or ECDSA signature algorithm; default when it is another one.</summary>
    public static HashAlgorithmName Digest(string oid) => oid switch
    {
        "1.2.840.113549.1.1.4" => HashAlgorithmName.MD5,
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.2.840.10045.4.1" => HashAlgorithmName.SHA1,
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => default,
    };

    /// <summary>Digest named by the parameters of RSASSA-PSS; SHA-1 is the default of RFC 4055.</summary>
    public static HashAlgorithmName PssDigest(ReadOnlyMemory<byte> identifier) => PssParameters.TryRead(identifier)?.Digest switch
    {
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        "1.3.14.3.2.26" => HashAlgorithmName.SHA1,
        _ => default,
    };
}
