using System.Formats.Asn1;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X9;

namespace Cluster.Pki.Keys;

/// <summary>
/// Spells out the points of EC keys that are written in the compressed form (SEC 1, 2.3.3), which the runtime does not read; RFC 5480, 2.2,
/// allows it, and few implementations of TLS take it.
/// </summary>
internal static class EcPoint
{
    /// <summary>The uncompressed form.</summary>
    /// <returns>Null when the curve is not known, or the bytes are no compressed point of it.</returns>
    public static byte[]? Uncompress(string? curve, ReadOnlySpan<byte> point)
    {
        // 6 and 7 begin the hybrid form: uncompressed, with the sign as well.
        if (curve is null || point.Length < 2 || point[0] is not (2 or 3 or 6 or 7)) return null;
        try
        {
            return ECNamedCurveTable.GetByOid(new DerObjectIdentifier(curve))?.Curve.DecodePoint(point.ToArray()).GetEncoded(false);
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A SubjectPublicKeyInfo with the uncompressed form.</summary>
    /// <returns>Null when it is none of an EC key with a compressed point on a known curve.</returns>
    public static byte[]? UncompressInfo(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            var info = new AsnReader(subjectPublicKeyInfo, AsnEncodingRules.BER).ReadSequence();
            var algorithm = info.PeekEncodedValue();
            var identifier = info.ReadSequence();
            if (identifier.ReadObjectIdentifier() != Oids.Ec || !identifier.HasData || identifier.PeekTag() != Asn1Tag.ObjectIdentifier)
                return null;
            if (Uncompress(identifier.ReadObjectIdentifier(), info.ReadBitString(out _)) is not { } point) return null;
            var writer = new AsnWriter(AsnEncodingRules.DER);
            using (writer.PushSequence())
            {
                writer.WriteEncodedValue(algorithm.Span);
                writer.WriteBitString(point);
            }

            return writer.Encode();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
