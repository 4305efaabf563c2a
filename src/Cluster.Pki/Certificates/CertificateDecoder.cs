using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Certificates;

/// <summary>Decodes a certificate (RFC 5280, 4.1) without the platform's parser, so that hostile input costs no native memory.</summary>
internal static class CertificateDecoder
{
    /// <summary>Decodes one certificate.</summary>
    /// <param name="der">The bytes.</param>
    /// <param name="where">The field at which it ended, when there is no result.</param>
    public static CertificateInfo? TryDecode(ReadOnlySpan<byte> der, out string where)
    {
        where = "outer structure";
        try
        {
            return Decode(der.ToArray(), ref where);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private static CertificateInfo? Decode(byte[] der, ref string where)
    {
        var outer = new AsnReader(der, AsnEncodingRules.BER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signedBytes = certificate.PeekEncodedValue();
        var body = certificate.ReadSequence();
        var signatureAlgorithmRaw = certificate.ReadEncodedValue();
        var signature = certificate.ReadBitString(out _);
        certificate.ThrowIfNotEmpty();

        where = "version";
        var version = ReadVersion(body);
        where = "serialNumber";
        var serial = body.ReadIntegerBytes();
        where = "signature";
        var innerAlgorithm = body.ReadEncodedValue();
        where = "issuer";
        var issuerRaw = body.ReadEncodedValue();
        where = "validity";
        var (notBefore, notAfter) = ReadValidity(body.ReadSequence());
        where = "subject";
        var subjectRaw = body.ReadEncodedValue();
        where = "subjectPublicKeyInfo";
        var publicKey = PublicKeyMaterial.TryRead(body.ReadEncodedValue().Span);
        if (publicKey is null) return null;
        where = "extensions";
        var extensions = CertificateExtensions.Read(body);
        where = "signatureAlgorithm";
        var algorithm = new AsnReader(signatureAlgorithmRaw, AsnEncodingRules.BER).ReadSequence().ReadObjectIdentifier();
        var (subject, issuer) = (DistinguishedNames.TryDecode(subjectRaw), DistinguishedNames.TryDecode(issuerRaw));
        var info = new CertificateInfo(der, new CertificateParts(subjectRaw, issuerRaw, signedBytes, signatureAlgorithmRaw, signature))
        {
            Version = version,
            Subject = DistinguishedNames.TextOrNote(subject),
            SubjectName = subject is null ? new SubjectName() : DistinguishedNames.Read(subject),
            Issuer = DistinguishedNames.TextOrNote(issuer),
            SerialNumber = SerialText(serial.Span),
            DnsNames = extensions.DnsNames,
            IpAddresses = extensions.IpAddresses,
            Uris = extensions.Uris,
            HasSubjectAlternativeName = extensions.HasSubjectAlternativeName,
            SubjectAlternativeNameIsCritical = extensions.SubjectAlternativeNameIsCritical,
            HasAnyAlternativeName = extensions.HasAnyAlternativeName,
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
        info.Defects = [.. CertificateDefects.Of(info, serial.Span, innerAlgorithm.Span), .. extensions.Defects];
        return info;
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
