using System.Formats.Asn1;
using System.Numerics;

namespace Cluster.Pki.Keys;

/// <summary>
/// Reads RSA private keys (RFC 8017, A.1.2), those restricted to PSS too (RFC 4055, 1.2). All numbers must fit each other; whether p
/// and q are primes is not tested, as OpenSSL does not when it reads a key: the runtime's import does, and takes up to seconds a key.
/// </summary>
internal static class RsaNumbers
{
    private const long CostOf2048 = 100_000;

    /// <summary>The SubjectPublicKeyInfo of a PKCS#8 key.</summary>
    /// <returns>Null when the numbers do not make a key of two primes.</returns>
    /// <exception cref="AsnContentException">The encoding breaks off.</exception>
    public static byte[]? PublicInfo(ReadOnlyMemory<byte> pkcs8)
    {
        var info = new AsnReader(pkcs8, AsnEncodingRules.BER).ReadSequence();
        info.ReadInteger();
        var algorithm = info.ReadEncodedValue();
        var key = new AsnReader(info.ReadOctetString(), AsnEncodingRules.BER).ReadSequence();
        if (!key.TryReadInt32(out var version) || version != 0) return null;
        var (modulus, exponent) = (key.ReadInteger(), key.ReadInteger());
        if (!Fit(modulus, exponent, key)) return null;
        return Write(algorithm, modulus, exponent);
    }

    /// <summary>The RSAPrivateKey inside a PKCS#8 key; the caller zeroes it.</summary>
    public static byte[] Inner(ReadOnlySpan<byte> pkcs8)
    {
        var info = new AsnReader(pkcs8.ToArray(), AsnEncodingRules.BER).ReadSequence();
        info.ReadInteger();
        info.ReadSequence();
        return info.ReadOctetString();
    }

    /// <summary>Nanoseconds that reading a PKCS#8 key of so many bytes costs.</summary>
    public static long Cost(int bytes) => CostOf2048 * (1 + (bytes / 1_200L * (bytes / 1_200L)));

    private static bool Fit(BigInteger n, BigInteger e, AsnReader rest)
    {
        var (d, p, q) = (rest.ReadInteger(), rest.ReadInteger(), rest.ReadInteger());
        var (dp, dq, inverse) = (rest.ReadInteger(), rest.ReadInteger(), rest.ReadInteger());
        if (p <= 2 || q <= 2 || e <= 1 || d <= 1 || dp <= 0 || dq <= 0 || p.IsEven || q.IsEven || n != p * q) return false;
        return d % (p - 1) == dp
            && d % (q - 1) == dq
            && e * dp % (p - 1) == BigInteger.One
            && e * dq % (q - 1) == BigInteger.One
            && inverse * q % p == BigInteger.One;
    }

    private static byte[] Write(ReadOnlyMemory<byte> algorithm, BigInteger modulus, BigInteger exponent)
    {
        var (key, info) = (new AsnWriter(AsnEncodingRules.DER), new AsnWriter(AsnEncodingRules.DER));
        using (key.PushSequence())
        {
            key.WriteInteger(modulus);
            key.WriteInteger(exponent);
        }

        using (info.PushSequence())
        {
            WriteAlgorithm(info, algorithm);
            info.WriteBitString(key.Encode());
        }

        return info.Encode();
    }

    // Keys of some software lack the NULL that RFC 3279, 2.3.1, puts behind rsaEncryption; all certificates have it.
    private static void WriteAlgorithm(AsnWriter info, ReadOnlyMemory<byte> algorithm)
    {
        if (new AsnReader(algorithm, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier() != Oids.Rsa)
        {
            info.WriteEncodedValue(algorithm.Span);
            return;
        }

        using (info.PushSequence())
        {
            info.WriteObjectIdentifier(Oids.Rsa);
            info.WriteNull();
        }
    }
}
