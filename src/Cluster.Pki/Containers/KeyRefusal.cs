using System.Formats.Asn1;
using Cluster.Pki.Keys;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace Cluster.Pki.Containers;

/// <summary>Says why a PKCS#8 structure gave no key: an algorithm that is not used here, or damage.</summary>
internal static class KeyRefusal
{
    /// <summary>A key whose numbers are larger than any in use.</summary>
    public static PkiError TooLarge { get; } = Refusals.UnsupportedKey("more than 16,384 bits");

    /// <summary>A key on a curve that is spelled out, which RFC 5480, 2.1.1, forbids.</summary>
    public static PkiError UnnamedCurve { get; } = Refusals.UnsupportedKey("an elliptic curve that it does not name");

    private static PkiError NoKey { get; } = Refusals.Damaged("A private key", "its numbers do not make a key");

    public static PkiError For(ReadOnlySpan<byte> pkcs8)
    {
        if (pkcs8.Length > KeyGeneration.MaximumSize) return TooLarge;
        var copy = pkcs8.ToArray();
        try
        {
            var info = new AsnReader(copy, AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            var algorithm = info.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            return oid switch
            {
                Oids.Ec => ForCurve(algorithm, copy),
                Oids.Rsa or Oids.RsaPss when HasMorePrimes(info.ReadOctetString()) =>
                    Refusals.UnsupportedKey("RSA with more than two primes"),
                Oids.Rsa or Oids.RsaPss => NoKey,
                Oids.Ed25519 or Oids.Ed448 => NoKey,
                _ => Refusals.UnsupportedKey(Name(oid)),
            };
        }
        catch (AsnContentException)
        {
            return Refusals.Damaged("A private key", "its structure breaks off");
        }
    }

    private static bool HasMorePrimes(byte[] key) =>
        new AsnReader(key, AsnEncodingRules.BER).ReadSequence().TryReadInt32(out var version) && version == 1;

    private static PkiError ForCurve(AsnReader parameters, byte[] pkcs8)
    {
        if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)) return UnnamedCurve;
        var curve = parameters.ReadObjectIdentifier();
        var common = curve is Oids.P256 or Oids.P384 or Oids.P521;
        return Oids.CurveBits(curve) == 0 || (!common && IsSound(pkcs8))
            ? Refusals.UnsupportedKey($"the elliptic curve {Oids.CurveName(curve)}")
            : NoKey;
    }

    // The runtime did not take it; when its number fits the curve, that is for want of the curve.
    private static bool IsSound(byte[] pkcs8)
    {
        try
        {
            return PrivateKeyFactory.CreateKey(pkcs8).IsPrivate;
        }
        catch (Exception e) when (e is CryptoException
            or ArgumentException
            or InvalidOperationException
            or ArithmeticException
            or IOException)
        {
            return false;
        }
    }

    private static string Name(string oid) => oid switch
    {
        Oids.Dsa => "DSA",
        "1.3.101.110" => "X25519, which cannot sign",
        "1.3.101.111" => "X448, which cannot sign",
        "1.2.840.113549.1.3.1" or "1.2.840.10046.2.1" => "Diffie-Hellman, which cannot sign",
        _ => $"the algorithm {oid}",
    };
}
