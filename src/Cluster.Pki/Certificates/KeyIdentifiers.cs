using System.Formats.Asn1;

namespace Cluster.Pki.Certificates;

/// <summary>Which key or certificate a certificate names as that of its issuer (RFC 5280, 4.2.1.1).</summary>
internal static class KeyIdentifiers
{
    private static readonly Asn1Tag IssuerTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag SerialTag = new(TagClass.ContextSpecific, 2);

    /// <summary>What the certificate says of its issuer that this one does not have; null when everything fits.</summary>
    public static string? Misfit(CertificateInfo certificate, CertificateInfo issuer)
    {
        if (certificate.AuthorityKeyIdentifier is { } named && issuer.SubjectKeyIdentifier is { } own && named != own)
            return $"the key {Short(named)} where the issuer has {Short(own)}";
        if (CertificateReading.Extension(certificate, Oids.AuthorityKeyIdentifier) is not { } value) return null;
        var (names, serial) = Read(value);
        if (serial is not null && serial != issuer.SerialNumber)
            return $"the serial number {Short(serial)} where the issuer has {Short(issuer.SerialNumber)}";
        return names.Count > 0 && !names.Contains(issuer.IssuerForm) ? "an issuer of the issuer that has another name" : null;
    }

    private static (List<string> Names, string? Serial) Read(AsnReader value)
    {
        var (names, serial, identifier) = (new List<string>(), (string?)null, value.ReadSequence());
        while (identifier.HasData)
        {
            var tag = identifier.PeekTag();
            if (tag.HasSameClassAndValue(IssuerTag))
            {
                var list = identifier.ReadSequence(tag);
                while (list.HasData)
                {
                    if (GeneralName.Read(list) is { Kind: GeneralNameKind.Directory } name) names.Add(name.Text);
                }
            }
            else if (tag.HasSameClassAndValue(SerialTag))
            {
                var bytes = identifier.ReadIntegerBytes(tag).Span;
                serial = Convert.ToHexStringLower(bytes.Length > 1 && bytes[0] == 0 ? bytes[1..] : bytes);
            }
            else
            {
                identifier.ReadEncodedValue();
            }
        }

        return (names, serial);
    }

    private static string Short(string hex) => hex.Length <= 16 ? hex : $"{hex[..16]}…";
}
