using System.Formats.Asn1;

namespace Cluster.Pki.Certificates;

/// <summary>Extensions (RFC 5280, 4.2) that few rules ask for, read from the certificate when they are asked for.</summary>
internal static class ExtensionValues
{
    private const int StatusRequest = 5;
    private const int StatusRequestV2 = 17;

    /// <summary>
    /// Whether the certificate asks its server for an OCSP answer in the handshake: "must-staple", the TLS features status_request or
    /// status_request_v2 (RFC 7633, 4.1).
    /// </summary>
    public static bool MustStaple(this CertificateInfo certificate)
    {
        try
        {
            if (certificate.Find(Oids.TlsFeature) is not { } value) return false;
            var features = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
            while (features.HasData)
            {
                if (features.TryReadInt32(out var feature) && feature is StatusRequest or StatusRequestV2) return true;
            }
        }
        catch (AsnContentException)
        {
            // What no peer can read asks for nothing.
        }

        return false;
    }

    /// <summary>The value of an extension, the content of its OCTET STRING.</summary>
    /// <returns>Null when the certificate has no such extension.</returns>
    private static ReadOnlyMemory<byte>? Find(this CertificateInfo certificate, string oid)
    {
        if (!certificate.HasExtensions) return null;
        var wrapper = new Asn1Tag(TagClass.ContextSpecific, 3);
        var body = new AsnReader(certificate.Parts.SignedBytes, AsnEncodingRules.BER).ReadSequence();
        while (body.HasData)
        {
            var tag = body.PeekTag();
            if (!tag.HasSameClassAndValue(wrapper))
            {
                body.ReadEncodedValue();
                continue;
            }

            var list = body.ReadSequence(tag).ReadSequence();
            while (list.HasData)
            {
                var extension = list.ReadSequence();
                if (extension.ReadObjectIdentifier() != oid) continue;
                if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean)) extension.ReadBoolean();
                return extension.ReadOctetString();
            }
        }

        return null;
    }
}
