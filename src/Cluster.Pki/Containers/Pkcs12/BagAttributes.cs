using System.Formats.Asn1;

namespace Cluster.Pki.Containers.Pkcs12;

internal static class BagAttributes
{
    /// <summary>friendlyName (RFC 2985, 5.5.1), or null.</summary>
    public static string? FriendlyName(AsnReader bag)
    {
        if (!bag.HasData) return null;
        var attributes = bag.ReadSetOf(skipSortOrderValidation: true);
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            if (oid == "1.2.840.113549.1.9.20"
                && values.HasData
                && values.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.BMPString)))
                return values.ReadCharacterString(UniversalTagNumber.BMPString);
        }

        return null;
    }
}
