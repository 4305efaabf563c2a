using System.Formats.Asn1;

namespace Cluster.Pki.Containers;

/// <summary>
/// Wraps keys of PKCS#1 (RFC 8017, A.1.2) and SEC 1 (RFC 5915) into PKCS#8; whether they are sound is seen when that is read.
/// </summary>
internal static class PlainKeys
{
    /// <summary>Null when a key of SEC 1 does not name its curve.</summary>
    public static byte[]? ToPkcs8(ReadOnlyMemory<byte> value, DerShape shape)
    {
        var curve = shape == DerShape.Sec1 ? Curve(value) : null;
        if (shape == DerShape.Sec1 && curve is null) return null;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(curve is null ? Oids.Rsa : Oids.Ec);
                if (curve is null) writer.WriteNull();
                else writer.WriteObjectIdentifier(curve);
            }

            writer.WriteOctetString(value.Span);
        }

        return writer.Encode();
    }

    private static string? Curve(ReadOnlyMemory<byte> sec1)
    {
        var key = new AsnReader(sec1, AsnEncodingRules.BER).ReadSequence();
        var parameters = new Asn1Tag(TagClass.ContextSpecific, 0);
        while (key.HasData)
        {
            if (key.PeekTag().HasSameClassAndValue(parameters))
            {
                var named = key.ReadSequence(parameters);
                var isNamed = named.HasData && named.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier);
                return isNamed ? named.ReadObjectIdentifier() : null;
            }

            key.ReadEncodedValue();
        }

        return null;
    }
}
