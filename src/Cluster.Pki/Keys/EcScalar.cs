using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Cluster.Pki.Keys;

/// <summary>
/// Brings the private number of an EC key to the length that its curve demands (RFC 5915, section 3). GnuTLS writes it as a signed integer:
/// with a leading zero for every second key, and too short for one in 256; the runtime refuses both.
/// </summary>
internal static class EcScalar
{
    private const string EcPublicKey = "1.2.840.10045.2.1";

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
            while (key.HasData)
            {
                var tag = key.PeekTag();
                var value = key.ReadEncodedValue();
                rest.Add(value);
                if (curve is null && tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    curve = new AsnReader(value, AsnEncodingRules.BER).ReadSequence(tag).ReadObjectIdentifier();
            }

            var length = Length(curve);
            if (length == 0 || scalar.Length == length) return null;
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

    private static int Length(string? curve) => curve switch
    {
        "1.2.840.10045.3.1.7" => 32,
        "1.3.132.0.34" => 48,
        "1.3.132.0.35" => 66,
        _ => 0,
    };
}
