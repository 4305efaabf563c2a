using System.Formats.Asn1;

namespace Cluster.Pki.Certificates;

/// <summary>An extension as it stands in a certificate (RFC 5280, 4.2).</summary>
/// <param name="Oid">What it is.</param>
/// <param name="Critical">Whether who does not know it must refuse the certificate.</param>
/// <param name="Value">Its encoded value.</param>
internal sealed record RawExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);

/// <summary>Reads what only the rules about chains ask for, when they ask.</summary>
internal static class CertificateReading
{
    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    /// <summary>All extensions in order.</summary>
    /// <exception cref="AsnContentException">They are malformed.</exception>
    public static List<RawExtension> Extensions(CertificateInfo certificate)
    {
        var result = new List<RawExtension>();
        if (!certificate.HasExtensions) return result;
        var body = new AsnReader(certificate.Parts.SignedBytes, AsnEncodingRules.BER).ReadSequence();
        if (body.PeekTag().HasSameClassAndValue(VersionTag)) body.ReadEncodedValue();
        while (body.HasData && !body.PeekTag().HasSameClassAndValue(ExtensionsTag)) body.ReadEncodedValue();
        if (!body.HasData) return result;
        var list = body.ReadSequence(ExtensionsTag).ReadSequence();
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            result.Add(new RawExtension(oid, critical, extension.ReadOctetString()));
        }

        return result;
    }

    /// <summary>The value of an extension; null without it.</summary>
    /// <exception cref="AsnContentException">The extensions are malformed.</exception>
    public static AsnReader? Extension(CertificateInfo certificate, string oid) =>
        Extensions(certificate).Find(e => e.Oid == oid) is { } found ? new AsnReader(found.Value, AsnEncodingRules.BER) : null;

    /// <summary>The values of one kind in a name, as text; those that are no text are left out.</summary>
    /// <param name="name">The encoded name.</param>
    /// <param name="type">Object identifier of the kind.</param>
    /// <exception cref="AsnContentException">The name is malformed.</exception>
    public static IEnumerable<string> Values(ReadOnlyMemory<byte> name, string type)
    {
        var parts = new AsnReader(name, AsnEncodingRules.BER).ReadSequence();
        while (parts.HasData)
        {
            var set = parts.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
            {
                var attribute = set.ReadSequence();
                if (attribute.ReadObjectIdentifier() != type) continue;
                var tag = attribute.PeekTag();
                if (tag.TagClass == TagClass.Universal
                    && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString
                        or UniversalTagNumber.IA5String or UniversalTagNumber.BMPString or UniversalTagNumber.T61String)
                    yield return attribute.ReadCharacterString((UniversalTagNumber)tag.TagValue);
            }
        }
    }
}
