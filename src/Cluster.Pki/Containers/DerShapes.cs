using System.Formats.Asn1;

namespace Cluster.Pki.Containers;

/// <summary>Tells DER values apart without decoding them wholly.</summary>
internal static class DerShapes
{
    private static readonly Asn1Tag ContextZero = new(TagClass.ContextSpecific, 0);

    /// <summary>Returns the first complete value, or null when there is none.</summary>
    public static ReadOnlyMemory<byte>? FirstValue(ReadOnlyMemory<byte> data)
    {
        try
        {
            var reader = new AsnReader(data, AsnEncodingRules.BER);
            return reader.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)
                || reader.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)
                ? reader.PeekEncodedValue()
                : (ReadOnlyMemory<byte>?)null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    public static DerShape Recognise(ReadOnlyMemory<byte> value)
    {
        try
        {
            var outer = new AsnReader(value, AsnEncodingRules.BER);
            if (outer.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)) return DerShape.Parameters;
            var body = outer.ReadSequence();
            if (!body.HasData) return DerShape.Unknown;
            var tag = body.PeekTag();
            if (tag.HasSameClassAndValue(Asn1Tag.Integer)) return ByInteger(body);
            if (tag.HasSameClassAndValue(Asn1Tag.ObjectIdentifier)) return ByIdentifier(body);
            return tag.HasSameClassAndValue(Asn1Tag.Sequence) ? BySequence(body) : DerShape.Unknown;
        }
        catch (AsnContentException)
        {
            return DerShape.Unknown;
        }
    }

    public static ContainerKind Container(DerShape shape) => shape switch
    {
        DerShape.Pkcs12 => ContainerKind.Pkcs12,
        DerShape.SignedData or DerShape.OtherCms => ContainerKind.Pkcs7,
        DerShape.Unknown => ContainerKind.Unknown,
        _ => ContainerKind.Der,
    };

    public static string Name(DerShape shape) => shape switch
    {
        DerShape.Certificate => "certificate",
        DerShape.Request => "certificate request",
        DerShape.RevocationList => "revocation list",
        DerShape.Pkcs8 => "private key (PKCS#8)",
        DerShape.EncryptedPkcs8 => "encrypted private key (PKCS#8)",
        DerShape.Pkcs1 => "private key (PKCS#1)",
        DerShape.Sec1 => "private key (SEC 1)",
        DerShape.DsaKey => "private key (DSA)",
        DerShape.PublicKey => "public key",
        DerShape.SignedData or DerShape.OtherCms => "PKCS#7",
        DerShape.Pkcs12 => "PKCS#12",
        _ => "object",
    };

    private static DerShape ByInteger(AsnReader body)
    {
        if (!body.TryReadInt32(out var version)) return body.HasData ? DerShape.PublicKey : DerShape.Unknown;
        if (!body.HasData) return DerShape.Unknown;
        var next = body.PeekTag();
        if (next.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) || next.HasSameClassAndValue(Asn1Tag.ConstructedOctetString))
            return version == 1 ? DerShape.Sec1 : DerShape.Unknown;
        if (next.HasSameClassAndValue(Asn1Tag.Integer))
            return Count(body) switch { 8 or 9 => DerShape.Pkcs1, 5 => DerShape.DsaKey, _ => DerShape.Unknown };
        if (!next.HasSameClassAndValue(Asn1Tag.Sequence)) return DerShape.Unknown;
        var inner = body.ReadSequence();
        if (!inner.HasData || !inner.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)) return DerShape.Unknown;
        if (version == 3 && inner.ReadObjectIdentifier().StartsWith("1.2.840.113549.1.7.", StringComparison.Ordinal))
            return DerShape.Pkcs12;
        return version is 0 or 1 ? DerShape.Pkcs8 : DerShape.Unknown;
    }

    private static DerShape ByIdentifier(AsnReader body) => body.ReadObjectIdentifier() switch
    {
        "1.2.840.113549.1.7.2" => DerShape.SignedData,
        var oid when oid.StartsWith("1.2.840.113549.1.7.", StringComparison.Ordinal)
            || oid.StartsWith("1.2.840.113549.1.9.16.1.", StringComparison.Ordinal) =>
            DerShape.OtherCms,
        _ => DerShape.Unknown,
    };

    private static DerShape BySequence(AsnReader body)
    {
        var first = body.ReadSequence();
        if (!body.HasData || !first.HasData) return DerShape.Unknown;
        var second = body.PeekTag();
        var firstInner = first.PeekTag();
        if (firstInner.HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
        {
            if (second.HasSameClassAndValue(Asn1Tag.PrimitiveBitString)) return DerShape.PublicKey;
            return second.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) || second.HasSameClassAndValue(Asn1Tag.ConstructedOctetString)
                ? DerShape.EncryptedPkcs8
                : DerShape.Unknown;
        }

        return second.HasSameClassAndValue(Asn1Tag.Sequence) ? ByBody(first, body) : DerShape.Unknown;
    }

    private static DerShape ByBody(AsnReader signed, AsnReader outer)
    {
        outer.ReadEncodedValue();
        if (!outer.HasData || !outer.PeekTag().HasSameClassAndValue(Asn1Tag.PrimitiveBitString)) return DerShape.Unknown;
        if (signed.PeekTag().HasSameClassAndValue(ContextZero)) return DerShape.Certificate;
        if (signed.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) return DerShape.RevocationList;
        if (!signed.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) return DerShape.Unknown;
        signed.ReadInteger();
        // Request: version, name, key. Certificate of version 1: serial, algorithm, name, validity. List of version 2: version,
        // algorithm, name, time.
        var afterNumber = Shape(signed);
        if (afterNumber == 'n') return DerShape.Request;
        signed.ReadEncodedValue();
        signed.ReadEncodedValue();
        return signed.HasData && signed.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence) ? DerShape.Certificate : DerShape.RevocationList;
    }

    /// <summary>'a' for an AlgorithmIdentifier, 'n' for a Name.</summary>
    private static char Shape(AsnReader reader)
    {
        if (!reader.HasData || !reader.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) return '?';
        var inner = new AsnReader(reader.PeekContentBytes(), AsnEncodingRules.BER);
        return inner.HasData && inner.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier) ? 'a' : 'n';
    }

    private static int Count(AsnReader reader)
    {
        var count = 0;
        while (reader.HasData)
        {
            reader.ReadEncodedValue();
            count++;
        }

        return count;
    }
}
