using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Requests;

/// <summary>Decodes a CertificationRequest (RFC 2986, 4) within its size bound.</summary>
internal static class SigningRequestDecoder
{
    private static readonly PkiError Damaged = new(
        "request-damaged",
        "The data is not a complete PKCS#10 certificate request.",
        "Send the request as PEM (CERTIFICATE REQUEST) or DER, unchanged.");

    public static PkiResult<SigningRequestInfo> Read(
        ReadOnlySpan<byte> pemOrDer, int maximumSize, Func<PublicKeyMaterial, PkiError?> mayVerify)
    {
        if (pemOrDer.Length > maximumSize)
        {
            return new PkiError(
                "request-too-large",
                $"The request has {pemOrDer.Length} bytes; at most {maximumSize} are read.",
                "Make a request with fewer names or a smaller key.");
        }

        try
        {
            var der = IsPem(pemOrDer) ? FromPem(pemOrDer) : pemOrDer.ToArray();
            return der is null ? Damaged : Decode(der, mayVerify);
        }
        catch (Exception e) when (e is AsnContentException
            or CryptographicException
            or ArgumentException
            or FormatException
            or OverflowException)
        {
            return Damaged;
        }
    }

    private static bool IsPem(ReadOnlySpan<byte> data) => data.IndexOf("-----BEGIN "u8) >= 0;

    private static byte[]? FromPem(ReadOnlySpan<byte> data)
    {
        var text = Encoding.UTF8.GetString(data);
        if (!PemEncoding.TryFind(text, out var fields)) return null;
        return text[fields.Label] is "CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST"
            ? Convert.FromBase64String(text[fields.Base64Data])
            : null;
    }

    private static PkiResult<SigningRequestInfo> Decode(byte[] der, Func<PublicKeyMaterial, PkiError?> mayVerify)
    {
        var outer = new AsnReader(der, AsnEncodingRules.BER);
        var request = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signedBytes = request.PeekEncodedValue();
        var body = request.ReadSequence();
        var identifier = request.ReadEncodedValue();
        var signature = request.ReadBitString(out _);
        request.ThrowIfNotEmpty();

        body.ReadInteger();
        var subject = new X500DistinguishedName(body.ReadEncodedValue().Span);
        var key = PublicKeyMaterial.TryRead(body.ReadEncodedValue().Span);
        if (key is null) return Damaged;
        var extensions = ReadAttributes(body, out var hasChallengePassword);
        var algorithm = new AsnReader(identifier, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier();
        if (mayVerify(key) is { } refusal) return refusal;
        if (!CertificateSignatures.Verify(algorithm, identifier, key, signedBytes.Span, signature))
        {
            return new PkiError(
                "request-signature-invalid",
                "The request is not signed by the key that it carries, so it does not prove possession of that key.",
                "Make the request again with the private key it is for.");
        }

        return new SigningRequestInfo
        {
            Der = der,
            Subject = DistinguishedNames.Text(subject),
            SubjectName = DistinguishedNames.Read(subject),
            DnsNames = extensions.DnsNames,
            IpAddresses = extensions.IpAddresses,
            PublicKey = key,
            SignatureAlgorithm = SignatureAlgorithms.Name(algorithm, identifier),
            HasAnyAlternativeName = extensions.HasAnyAlternativeName,
            AsksForAuthority = extensions.IsCa,
            HasChallengePassword = hasChallengePassword,
        };
    }

    private static CertificateExtensions ReadAttributes(AsnReader body, out bool hasChallengePassword)
    {
        hasChallengePassword = false;
        var extensions = new CertificateExtensions();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (!body.HasData || !body.PeekTag().HasSameClassAndValue(tag)) return extensions;
        var attributes = body.ReadSetOf(skipSortOrderValidation: true, tag);
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            var values = attribute.ReadSetOf(skipSortOrderValidation: true);
            hasChallengePassword |= oid == Oids.ChallengePassword;
            if (oid == Oids.ExtensionRequest && values.HasData) extensions.ReadList(values.ReadSequence());
        }

        return extensions;
    }
}
