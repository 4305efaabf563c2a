using System.Formats.Asn1;

namespace Cluster.Pki.Containers;

/// <summary>Takes the certificates out of a SignedData (RFC 5652, 5.1), DER or BER; signatures are not looked at.</summary>
internal static class Pkcs7Reader
{
    public static void Read(ReadSession session, ReadOnlyMemory<byte> value)
    {
        try
        {
            var count = ReadSignedData(session, value);
            session.Add(new FoundContainer(ContainerKind.Pkcs7, $"{count} certificates"));
        }
        catch (AsnContentException)
        {
            session.Add(new FoundContainer(ContainerKind.Pkcs7, "damaged"));
            session.Add(Refusals.Damaged("A PKCS#7 container", "its structure breaks off"));
        }
    }

    private static int ReadSignedData(ReadSession session, ReadOnlyMemory<byte> value)
    {
        var explicitContent = new Asn1Tag(TagClass.ContextSpecific, 0);
        var contentInfo = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
        contentInfo.ReadObjectIdentifier();
        var signedData = contentInfo.ReadSequence(explicitContent).ReadSequence();
        signedData.ReadInteger();
        signedData.ReadSetOf(skipSortOrderValidation: true);
        signedData.ReadSequence();
        var count = 0;
        if (signedData.HasData && signedData.PeekTag().HasSameClassAndValue(explicitContent))
        {
            var certificates = signedData.ReadSetOf(skipSortOrderValidation: true, explicitContent);
            while (certificates.HasData)
            {
                var isCertificate = certificates.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence);
                var encoded = certificates.ReadEncodedValue();
                if (isCertificate && session.AddCertificate(encoded.Span) is not null) count++;
            }
        }

        if (signedData.HasData && signedData.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 1)))
            session.Add(OtherObject.RevocationList);
        return count;
    }
}
