using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Certificates;

/// <summary>Decodes a certificate (RFC 5280, 4.1) without the platform's parser, so that hostile input costs no native memory.</summary>
internal static class CertificateDecoder
{
    public static CertificateInfo? TryDecode(ReadOnlySpan<byte> der)
    {
        try
        {
            return Decode(der.ToArray());
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private static CertificateInfo? Decode(byte[] der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.BER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signedBytes = certificate.PeekEncodedValue();
        var body = certificate.ReadSequence();
        var signatureAlgorithmRaw = certificate.ReadEncodedValue();
        var signature = certificate.ReadBitString(out _);
        certificate.ThrowIfNotEmpty();

        var version = ReadVersion(body);
        var serial = body.ReadIntegerBytes();
        body.ReadSequence();
        var issuerRaw = body.ReadEncodedValue();
        var (notBefore, notAfter) = ReadValidity(body.ReadSequence());
        var subjectRaw = body.ReadEncodedValue();
        var publicKey = PublicKeyMaterial.TryRead(body.ReadEncodedValue().Span);
        if (publicKey is null) return null;
        var extensions = CertificateExtensions.Read(body);
        var algorithm = new AsnReader(signatureAlgorithmRaw, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier();
        var subject = new X500DistinguishedName(subjectRaw.Span);
        return new CertificateInfo(der, new CertificateParts(subjectRaw, issuerRaw, signedBytes, signatureAlgorithmRaw, signature))
        {
            Version = version,
            Subject = DistinguishedNames.Text(subject),
            SubjectName = DistinguishedNames.Read(subject),
            Issuer = DistinguishedNames.Text(new X500DistinguishedName(issuerRaw.Span)),
            SerialNumber = SerialText(serial.Span),
            DnsNames = extensions.DnsNames,
            IpAddresses = extensions.IpAddresses,
            Uris = extensions.Uris,
            HasSubjectAlternativeName = extensions.HasSubjectAlternativeName,
            NotBefore = notBefore,
            NotAfter = notAfter,
            PublicKey = publicKey,
            SignatureAlgorithmOid = algorithm,
            SignatureAlgorithm = SignatureAlgorithms.Name(algorithm, signatureAlgorithmRaw),
            IsCa = extensions.IsCa,
            PathLength = extensions.PathLength,
            KeyUsage = extensions.KeyUsage,
            ExtendedKeyUsage = extensions.ExtendedKeyUsage,
            SubjectKeyIdentifier = extensions.SubjectKeyIdentifier,
            AuthorityKeyIdentifier = extensions.AuthorityKeyIdentifier,
            CaIssuerUrls = extensions.CaIssuerUrls,
            HasNameConstraints = extensions.HasNameConstraints,
            HasExtensions = extensions.Any,
        };
    }

    private static int ReadVersion(AsnReader body)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (!body.PeekTag().HasSameClassAndValue(tag)) return 1;
        return body.ReadSequence(tag).TryReadInt32(out var number) && number is >= 0 and < 100 ? number + 1 : 0;
    }

    private static (DateTimeOffset NotBefore, DateTimeOffset NotAfter) ReadValidity(AsnReader validity) =>
        (ReadTime(validity), ReadTime(validity));

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime(2049) : reader.ReadGeneralizedTime();

    private static string SerialText(ReadOnlySpan<byte> serial)
    {
        // A leading zero byte only keeps the number positive.
        if (serial.Length > 1 && serial[0] == 0) serial = serial[1..];
        return Convert.ToHexStringLower(serial);
    }
}
