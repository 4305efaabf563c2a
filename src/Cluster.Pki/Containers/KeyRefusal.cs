using System.Formats.Asn1;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Containers;

/// <summary>Says why a PKCS#8 structure gave no key: an algorithm that is not used here, or damage.</summary>
internal static class KeyRefusal
{
    /// <summary>A key whose numbers are larger than any in use.</summary>
    public static PkiError TooLarge { get; } = Refusals.UnsupportedKey("more than 16,384 bits");

    public static PkiError For(ReadOnlySpan<byte> pkcs8)
    {
        if (pkcs8.Length > KeyGeneration.MaximumSize) return TooLarge;
        try
        {
            var info = new AsnReader(pkcs8.ToArray(), AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            var algorithm = info.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            if (oid == Oids.Ec) return ForCurve(algorithm);
            if (oid is not (Oids.Rsa or Oids.Ed25519)) return Refusals.UnsupportedKey(Name(oid));
        }
        catch (AsnContentException)
        {
            // Falls through: what cannot be decoded is damaged.
        }

        return NoKey;
    }

    /// <summary>A key in SEC 1 form.</summary>
    public static PkiError ForSec1(ReadOnlyMemory<byte> value)
    {
        try
        {
            var key = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
            var parameters = new Asn1Tag(TagClass.ContextSpecific, 0);
            while (key.HasData)
            {
                if (key.PeekTag().HasSameClassAndValue(parameters)) return ForCurve(key.ReadSequence(parameters));
                key.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            // Falls through: what cannot be decoded is damaged.
        }

        return NoKey;
    }

    private static PkiError NoKey { get; } = Refusals.Damaged("A private key", "its numbers do not make a key");

    private static PkiError ForCurve(AsnReader parameters)
    {
        if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
            return Refusals.UnsupportedKey("an elliptic curve that it does not name");
        var curve = parameters.ReadObjectIdentifier();
        return Oids.CurveBits(curve) == 0 ? Refusals.UnsupportedKey($"the elliptic curve {curve}") : NoKey;
    }

    private static string Name(string oid) => oid switch
    {
        Oids.Dsa => "DSA",
        Oids.RsaPss => "an RSA-PSS-only key",
        Oids.Ed448 => "Ed448",
        "1.3.101.110" => "X25519, which cannot sign",
        "1.3.101.111" => "X448, which cannot sign",
        "1.2.840.113549.1.3.1" or "1.2.840.10046.2.1" => "Diffie-Hellman, which cannot sign",
        _ => $"the algorithm {oid}",
    };
}
