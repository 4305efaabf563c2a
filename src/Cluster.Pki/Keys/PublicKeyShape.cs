using System.Formats.Asn1;

namespace Cluster.Pki.Keys;

/// <summary>What the SubjectPublicKeyInfo itself says about a key.</summary>
internal sealed record PublicKeyShape(KeyAlgorithm Algorithm, int Size, string AlgorithmOid)
{
    /// <summary>Object identifier of the curve of an EC key; null without one.</summary>
    public string? Curve { get; private init; }

    /// <summary>Bits of the public exponent of an RSA key; else 0.</summary>
    public int ExponentSize { get; private init; }

    /// <summary>What an RSA key is restricted to; null when it is not.</summary>
    public PssParameters? Pss { get; private init; }

    public static PublicKeyShape? TryRead(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        try
        {
            var outer = new AsnReader(subjectPublicKeyInfo.ToArray(), AsnEncodingRules.BER);
            var info = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var encoded = info.PeekEncodedValue();
            var identifier = info.ReadSequence();
            var key = info.ReadBitString(out _);
            info.ThrowIfNotEmpty();
            var oid = identifier.ReadObjectIdentifier();
            return oid switch
            {
                Oids.Rsa => OfRsa(KeyAlgorithm.Rsa, key, oid),
                Oids.RsaPss => OfRsa(KeyAlgorithm.RsaPss, key, oid) with { Pss = PssParameters.TryRead(encoded) },
                Oids.Ec => OfCurve(identifier, key),
                Oids.Ed25519 => key.Length == 32 ? new(KeyAlgorithm.Ed25519, 256, oid) : null,
                Oids.Ed448 => key.Length == 57 ? new(KeyAlgorithm.Ed448, 456, oid) : null,
                Oids.Dsa => new(KeyAlgorithm.Dsa, DsaSize(identifier), oid),
                _ => new(KeyAlgorithm.Unknown, 0, oid),
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static PublicKeyShape OfRsa(KeyAlgorithm algorithm, byte[] key, string oid)
    {
        var sequence = new AsnReader(key, AsnEncodingRules.BER).ReadSequence();
        var size = BitLength(sequence.ReadIntegerBytes().Span);
        return new PublicKeyShape(algorithm, size, oid) { ExponentSize = BitLength(sequence.ReadIntegerBytes().Span) };
    }

    private static int DsaSize(AsnReader identifier) =>
        identifier.HasData ? BitLength(identifier.ReadSequence().ReadIntegerBytes().Span) : 0;

    private static PublicKeyShape OfCurve(AsnReader identifier, byte[] key)
    {
        var curve = identifier.HasData && identifier.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)
            ? identifier.ReadObjectIdentifier()
            : null;
        var bits = curve is null ? 0 : Oids.CurveBits(curve);
        // An uncompressed point is 04 || X || Y; the field size is close enough for curves without a known name.
        if (bits == 0 && key.Length > 0 && key[0] == 4) bits = (key.Length - 1) / 2 * 8;
        return new PublicKeyShape(KeyAlgorithm.Ec, bits, Oids.Ec) { Curve = curve };
    }

    private static int BitLength(ReadOnlySpan<byte> bigEndian)
    {
        var trimmed = bigEndian.TrimStart((byte)0);
        return trimmed.IsEmpty ? 0 : ((trimmed.Length - 1) * 8) + (32 - int.LeadingZeroCount(trimmed[0]));
    }
}
