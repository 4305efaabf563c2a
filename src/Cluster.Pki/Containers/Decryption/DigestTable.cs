using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>Digests and pseudo-random functions by object identifier.</summary>
internal static class DigestTable
{
    /// <summary>Null when the digest is not known.</summary>
    public static IDigest? Digest(string oid) => oid switch
    {
        "1.3.14.3.2.26" => new Sha1Digest(),
        "2.16.840.1.101.3.4.2.4" => new Sha224Digest(),
        "2.16.840.1.101.3.4.2.1" => new Sha256Digest(),
        "2.16.840.1.101.3.4.2.2" => new Sha384Digest(),
        "2.16.840.1.101.3.4.2.3" => new Sha512Digest(),
        "2.16.840.1.101.3.4.2.6" => new Sha512tDigest(256),
        "2.16.840.1.101.3.4.2.7" => new Sha3Digest(224),
        "2.16.840.1.101.3.4.2.8" => new Sha3Digest(256),
        "2.16.840.1.101.3.4.2.9" => new Sha3Digest(384),
        "2.16.840.1.101.3.4.2.10" => new Sha3Digest(512),
        "1.2.840.113549.2.5" => new MD5Digest(),
        _ => null,
    };

    /// <summary>Digest of an HMAC that PBKDF2 uses; null when it is not known.</summary>
    public static IDigest? Prf(string oid) => oid switch
    {
        "1.2.840.113549.2.7" => new Sha1Digest(),
        "1.2.840.113549.2.8" => new Sha224Digest(),
        "1.2.840.113549.2.9" => new Sha256Digest(),
        "1.2.840.113549.2.10" => new Sha384Digest(),
        "1.2.840.113549.2.11" => new Sha512Digest(),
        "1.2.840.113549.2.13" => new Sha512tDigest(256),
        "2.16.840.1.101.3.4.2.13" => new Sha3Digest(224),
        "2.16.840.1.101.3.4.2.14" => new Sha3Digest(256),
        "2.16.840.1.101.3.4.2.15" => new Sha3Digest(384),
        "2.16.840.1.101.3.4.2.16" => new Sha3Digest(512),
        _ => null,
    };

    /// <summary>The platform's name of a PRF, which is much faster; default when it has none.</summary>
    public static HashAlgorithmName PlatformPrf(string oid) => oid switch
    {
        "1.2.840.113549.2.7" => HashAlgorithmName.SHA1,
        "1.2.840.113549.2.9" => HashAlgorithmName.SHA256,
        "1.2.840.113549.2.10" => HashAlgorithmName.SHA384,
        "1.2.840.113549.2.11" => HashAlgorithmName.SHA512,
        _ => default,
    };
}
