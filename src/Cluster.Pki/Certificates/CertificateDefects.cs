using System.Formats.Asn1;

namespace Cluster.Pki.Certificates;

/// <summary>Compares the fields of a certificate with RFC 5280, 4.1 and 4.2; what cannot be decoded at all is told elsewhere.</summary>
internal static class CertificateDefects
{
    private const int LongestSerial = 20;

    /// <summary>Every defect of the fields, in the order of the fields.</summary>
    public static IReadOnlyList<CertificateDefect> Of(
        CertificateInfo certificate, ReadOnlySpan<byte> serial, ReadOnlySpan<byte> innerAlgorithm)
    {
        var defects = new List<CertificateDefect>();
        if (certificate.Version is < 1 or > 3)
            defects.Add(new("has a version that does not exist", "RFC 5280, 4.1.2.1", Fatal: true));
        else if (certificate.HasExtensions && certificate.Version != 3)
            defects.Add(new($"has extensions, which version {certificate.Version} does not have", "RFC 5280, 4.1.2.9"));
        Serial(serial, defects);
        if (!innerAlgorithm.SequenceEqual(certificate.Parts.SignatureAlgorithm.Span) && !SameAlgorithm(innerAlgorithm, certificate))
            defects.Add(
                new("names one signature algorithm inside what is signed and another outside", "RFC 5280, 4.1.1.2", Fatal: true));
        if (certificate.NotAfter < certificate.NotBefore)
            defects.Add(new("has a validity that ends before it begins", "RFC 5280, 4.1.2.5", Fatal: true));
        if (IsEmpty(certificate.Parts.Issuer.Span)) defects.Add(new("has an issuer without any part", "RFC 5280, 4.1.2.4"));
        Subject(certificate, defects);
        return defects;
    }

    private static void Serial(ReadOnlySpan<byte> serial, List<CertificateDefect> defects)
    {
        const string source = "RFC 5280, 4.1.2.2";
        if (serial.TrimStart((byte)0).IsEmpty) defects.Add(new("has the serial number zero", source));
        else if ((serial[0] & 0x80) != 0) defects.Add(new("has a negative serial number", source));
        // A leading zero byte only keeps the number positive.
        else if (serial.TrimStart((byte)0).Length is var length and > LongestSerial)
            defects.Add(new($"has a serial number of {length} bytes; at most {LongestSerial} are allowed", source));
    }

    private static void Subject(CertificateInfo certificate, List<CertificateDefect> defects)
    {
        var empty = IsEmpty(certificate.Parts.Subject.Span);
        if (empty && certificate.IsCa) defects.Add(new("is an authority without a subject", "RFC 5280, 4.1.2.6"));
        else if (empty && certificate.HasSubjectAlternativeName && !certificate.SubjectAlternativeNameIsCritical)
            defects.Add(new("has no subject, and its subjectAltName is not marked critical", "RFC 5280, 4.1.2.6"));
        if (!certificate.IsCa && certificate.SubjectName.CommonName is null && !certificate.HasAnyAlternativeName)
            defects.Add(new("holds no name of a host: neither a subjectAltName nor a common name", "RFC 9525, 2"));
        if (DistinguishedNames.TryDecode(certificate.Parts.Subject) is null)
            defects.Add(new("has a subject that is not encoded as a name", "RFC 5280, 4.1.2.6"));
        if (DistinguishedNames.TryDecode(certificate.Parts.Issuer) is null)
            defects.Add(new("has an issuer that is not encoded as a name", "RFC 5280, 4.1.2.4"));
        if (certificate.Subject.Any(char.IsControl)) defects.Add(new("has control characters in its subject", "RFC 5280, 4.1.2.4"));
        if (certificate.Issuer.Any(char.IsControl)) defects.Add(new("has control characters in its issuer", "RFC 5280, 4.1.2.4"));
    }

    // Parameters that are NULL in one place and absent in the other are told apart by nobody.
    private static bool SameAlgorithm(ReadOnlySpan<byte> inner, CertificateInfo certificate)
    {
        var reader = new AsnReader(inner.ToArray(), AsnEncodingRules.BER).ReadSequence();
        var outer = new AsnReader(certificate.Parts.SignatureAlgorithm, AsnEncodingRules.BER).ReadSequence();
        return reader.ReadObjectIdentifier() == outer.ReadObjectIdentifier() && IsNullOrAbsent(reader) && IsNullOrAbsent(outer);
    }

    private static bool IsNullOrAbsent(AsnReader parameters) =>
        !parameters.HasData || parameters.PeekTag().HasSameClassAndValue(Asn1Tag.Null);

    private static bool IsEmpty(ReadOnlySpan<byte> name) => name.Length == 2;
}
