using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>Digests and pseudo-random functions by object identifier, and what one block of each costs.</summary>
internal static class DigestTable
{
    private const string Nist = "2.16.840.1.101.3.4.2.";
    private const string Rsa = "1.2.840.113549.2.";

    /// <summary>Null when the digest is not known.</summary>
    public static IDigest? Digest(string oid) => oid switch
    {
        "1.3.14.3.2.26" => new Sha1Digest(),
        Nist + "4" => new Sha224Digest(),
        Nist + "1" => new Sha256Digest(),
        Nist + "2" => new Sha384Digest(),
        Nist + "3" => new Sha512Digest(),
        Nist + "5" => new Sha512tDigest(224),
        Nist + "6" => new Sha512tDigest(256),
        Nist + "7" => new Sha3Digest(224),
        Nist + "8" => new Sha3Digest(256),
        Nist + "9" => new Sha3Digest(384),
        Nist + "10" => new Sha3Digest(512),
        Rsa + "5" => new MD5Digest(),
        _ => null,
    };

    /// <summary>Digest of an HMAC, which PBKDF2 and PBMAC1 use; null when it is not known.</summary>
    public static IDigest? Prf(string oid) => oid switch
    {
        Rsa + "7" => new Sha1Digest(),
        Rsa + "8" => new Sha224Digest(),
        Rsa + "9" => new Sha256Digest(),
        Rsa + "10" => new Sha384Digest(),
        Rsa + "11" => new Sha512Digest(),
        Rsa + "12" => new Sha512tDigest(224),
        Rsa + "13" => new Sha512tDigest(256),
        Nist + "13" => new Sha3Digest(224),
        Nist + "14" => new Sha3Digest(256),
        Nist + "15" => new Sha3Digest(384),
        Nist + "16" => new Sha3Digest(512),
        _ => null,
    };

    /// <summary>The platform's name of a PRF, which is faster; default when it has none.</summary>
    public static HashAlgorithmName PlatformPrf(string oid) => oid switch
    {
        Rsa + "7" => HashAlgorithmName.SHA1,
        Rsa + "9" => HashAlgorithmName.SHA256,
        Rsa + "10" => HashAlgorithmName.SHA384,
        Rsa + "11" => HashAlgorithmName.SHA512,
        _ => default,
    };

    /// <summary>Nanoseconds that one block of the digest costs in managed code.</summary>
    public static long BlockCost(IDigest digest) => digest switch
    {
        MD2Digest => 3_000,
        MD5Digest or Sha1Digest => 200,
        Sha3Digest => 900,
        _ => 400,
    };
}
