using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Cluster.Pki.Keys;

/// <summary>
/// Brings an EC key to the form in which the runtime reads it. The private number gets the length that its curve demands (RFC 5915,
/// section 3): GnuTLS writes it as a signed integer, with a leading zero for every second key, and too short for one in 256. A compressed
/// point is spelled out.
/// </summary>
internal static class EcScalar
{
    private const string EcPublicKey = "1.2.840.10045.2.1";
    private static readonly Asn1Tag Parameters = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag PublicKey = new(TagClass.ContextSpecific, 1);

    /// <summary>Repairs a PKCS#8 key.</summary>
    /// <returns>Null when it is no EC key on a known curve, or needs no repair.</returns>
    public static byte[]? RepairPkcs8(ReadOnlyMemory<byte> pkcs8)
    {
        try
        {
            var outer = new AsnReader(pkcs8, AsnEncodingRules.BER).ReadSequence();
            var version = outer.ReadIntegerBytes();
            var algorithm = outer.PeekEncodedValue();
            var identifier = outer.ReadSequence();
            if (identifier.ReadObjectIdentifier() != EcPublicKey || !identifier.HasData || identifier.PeekTag() != Asn1Tag.ObjectIdentifier)
                return null;
            var inner = RepairSec1(outer.ReadOctetString(), identifier.ReadObjectIdentifier());
            if (inner is null) return null;
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteInteger(version.Span);
                writer.WriteEncodedValue(algorithm.Span);
                writer.WriteOctetString(inner);
            }

            CryptographicOperations.ZeroMemory(inner);
            return writer.Encode();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Repairs a SEC 1 key.</summary>
    /// <param name="sec1">The ECPrivateKey.</param>
    /// <param name="curve">OID of the curve; null = the key names it itself.</param>
    /// <returns>Null when the curve is not known, or the number needs no repair.</returns>
    public static byte[]? RepairSec1(ReadOnlyMemory<byte> sec1, string? curve = null)
    {
        try
        {
            var key = new AsnReader(sec1, AsnEncodingRules.BER).ReadSequence();
            var version = key.ReadIntegerBytes();
            var scalar = key.ReadOctetString();
            var rest = new List<ReadOnlyMemory<byte>>();
            var spelledOut = false;
            while (key.HasData)
            {
                var tag = key.PeekTag();
                var value = key.ReadEncodedValue();
                if (curve is null && tag.HasSameClassAndValue(Parameters))
                    curve = new AsnReader(value, AsnEncodingRules.BER).ReadSequence(Parameters).ReadObjectIdentifier();
                if (tag.HasSameClassAndValue(PublicKey) && SpellOut(curve, value) is { } point) (value, spelledOut) = (point, true);
                rest.Add(value);
            }

            var length = (Oids.CurveBits(curve ?? "") + 7) / 8;
            if (length == 0 || (scalar.Length == length && !spelledOut)) return null;
            var number = scalar.AsSpan().TrimStart((byte)0);
            if (number.Length > length) return null;
            var full = new byte[length];
            number.CopyTo(full.AsSpan(length - number.Length));
            CryptographicOperations.ZeroMemory(scalar);
            return Write(version, full, rest);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static byte[] Write(ReadOnlyMemory<byte> version, byte[] scalar, List<ReadOnlyMemory<byte>> rest)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(version.Span);
            writer.WriteOctetString(scalar);
            foreach (var value in rest) writer.WriteEncodedValue(value.Span);
        }

        CryptographicOperations.ZeroMemory(scalar);
        return writer.Encode();
    }

    private static byte[]? SpellOut(string? curve, ReadOnlyMemory<byte> publicKey)
    {
        var bits = new AsnReader(publicKey, AsnEncodingRules.BER).ReadSequence(PublicKey).ReadBitString(out _);
        if (EcPoint.Uncompress(curve, bits) is not { } point) return null;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(PublicKey)) writer.WriteBitString(point);
        return writer.Encode();
    }
}
