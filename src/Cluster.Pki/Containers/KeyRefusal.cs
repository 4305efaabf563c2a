using System.Formats.Asn1;

namespace Cluster.Pki.Containers;

/// <summary>Says why a PKCS#8 structure gave no key: an algorithm that is not used here, or damage.</summary>
internal static class KeyRefusal
{
    public static PkiError For(ReadOnlySpan<byte> pkcs8)
    {
        try
        {
            var info = new AsnReader(pkcs8.ToArray(), AsnEncodingRules.BER).ReadSequence();
            info.ReadInteger();
            var oid = info.ReadSequence().ReadObjectIdentifier();
            if (oid is not (Oids.Rsa or Oids.Ec or Oids.Ed25519)) return Refusals.UnsupportedAlgorithm("A private key", Name(oid));
        }
        catch (AsnContentException)
        {
            // Falls through: what cannot be decoded is damaged.
        }

        return Refusals.Damaged("A private key", "its numbers do not make a key");
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
