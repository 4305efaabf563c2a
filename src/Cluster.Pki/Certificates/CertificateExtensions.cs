using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cluster.Pki.Certificates;

/// <summary>The extensions of a certificate or request that matter here (RFC 5280, 4.2); others are skipped.</summary>
internal sealed class CertificateExtensions
{
    public List<string> DnsNames { get; } = [];

    public List<IPAddress> IpAddresses { get; } = [];

    public List<string> Uris { get; } = [];

    public List<string> CaIssuerUrls { get; } = [];

    public bool HasSubjectAlternativeName { get; private set; }

    public bool SubjectAlternativeNameIsCritical { get; private set; }

    /// <summary>Whether there is any alternative name, of whatever kind.</summary>
    public bool HasAnyAlternativeName { get; private set; }

    /// <summary>What is not as the standard says; the rest of such an extension counts as far as it was read.</summary>
    public List<CertificateDefect> Defects { get; } = [];

    public bool HasNameConstraints { get; private set; }

    public bool Any { get; private set; }

    public bool IsCa { get; private set; }

    public int? PathLength { get; private set; }

    public X509KeyUsageFlags? KeyUsage { get; private set; }

    public IReadOnlyList<string>? ExtendedKeyUsage { get; private set; }

    public string? SubjectKeyIdentifier { get; private set; }

    public string? AuthorityKeyIdentifier { get; private set; }

    /// <summary>Reads the rest of a TBSCertificate behind the public key.</summary>
    public static CertificateExtensions Read(AsnReader body)
    {
        var result = new CertificateExtensions();
        while (body.HasData)
        {
            var tag = body.PeekTag();
            if (!tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 3)))
            {
                body.ReadEncodedValue();
                continue;
            }

            result.Any = true;
            result.ReadList(body.ReadSequence(tag).ReadSequence());
        }

        return result;
    }

    /// <summary>Reads the SEQUENCE OF Extension.</summary>
    public void ReadList(AsnReader list)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            if (!seen.Add(oid))
                Defects.Add(new($"has the extension {ExtensionNames.Of(oid)} twice", "RFC 5280, 4.2", Fatal: ExtensionNames.IsKnown(oid)));
            if (oid == Oids.SubjectAlternativeName) SubjectAlternativeNameIsCritical = critical;
            try
            {
                ReadOne(oid, new AsnReader(extension.ReadOctetString(), AsnEncodingRules.BER));
            }
            catch (AsnContentException)
            {
                Defects.Add(
                    new(
                        $"has an extension {ExtensionNames.Of(oid)} whose content is not encoded as it must be",
                        ExtensionNames.Source(oid)));
            }
        }
    }

    private void ReadOne(string oid, AsnReader value)
    {
        switch (oid)
        {
            case Oids.SubjectAlternativeName:
                HasSubjectAlternativeName = true;
                ReadNames(value.ReadSequence());
                break;
            case Oids.NameConstraints:
                HasNameConstraints = true;
                break;
            case Oids.BasicConstraints:
                ReadBasicConstraints(value.ReadSequence());
                break;
            case Oids.KeyUsage:
                KeyUsage = ReadKeyUsage(value.ReadBitString(out _));
                break;
            case Oids.ExtendedKeyUsage:
                ExtendedKeyUsage = ReadIdentifiers(value.ReadSequence());
                break;
            case Oids.SubjectKeyIdentifier:
                SubjectKeyIdentifier = Convert.ToHexStringLower(value.ReadOctetString());
                break;
            case Oids.AuthorityKeyIdentifier:
                ReadAuthorityKeyIdentifier(value.ReadSequence());
                break;
            case Oids.AuthorityInformationAccess:
                ReadAuthorityInformation(value.ReadSequence());
                break;
        }
    }

    private void ReadNames(AsnReader names)
    {
        if (!names.HasData) Defects.Add(new("has a subjectAltName without any name", ExtensionNames.Source(Oids.SubjectAlternativeName)));
        while (names.HasData)
        {
            HasAnyAlternativeName = true;
            var tag = names.PeekTag();
            switch (tag.TagClass == TagClass.ContextSpecific ? tag.TagValue : -1)
            {
                case 2:
                    DnsNames.Add(ReadText(names, "dNSName"));
                    break;
                case 6:
                    Uris.Add(ReadText(names, "uniformResourceIdentifier"));
                    break;
                case 7:
                    var bytes = names.ReadOctetString(tag);
                    if (bytes.Length is 4 or 16) IpAddresses.Add(new IPAddress(bytes));
                    else Defects.Add(
                        new($"has an iPAddress of {bytes.Length} bytes in its subjectAltName; 4 or 16 are allowed", "RFC 5280, 4.2.1.6"));
                    break;
                default:
                    names.ReadEncodedValue();
                    break;
            }
        }
    }

    // Foreign bytes stay visible, one character each: what is no name then matches nothing.
    private string ReadText(AsnReader names, string kind)
    {
        var text = Encoding.Latin1.GetString(names.PeekContentBytes().Span);
        names.ReadEncodedValue();
        if (text.Length == 0) Defects.Add(new($"has an empty {kind} in its subjectAltName", "RFC 5280, 4.2.1.6"));
        // A blank is well-formed, and matches nothing: that is told as such.
        else if (text.Any(c => c is < ' ' or > '~'))
            Defects.Add(new($"has a {kind} with control or foreign characters in its subjectAltName", "RFC 5280, 4.2.1.6"));
        return text;
    }

    private void ReadBasicConstraints(AsnReader constraints)
    {
        if (constraints.HasData && constraints.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean)) IsCa = constraints.ReadBoolean();
        if (constraints.HasData && constraints.TryReadInt32(out var length)) PathLength = length;
    }

    private static X509KeyUsageFlags ReadKeyUsage(byte[] bits)
    {
        var flags = bits.Length > 0 ? bits[0] : 0;
        if (bits.Length > 1 && (bits[1] & 0x80) != 0) flags |= (int)X509KeyUsageFlags.DecipherOnly;
        return (X509KeyUsageFlags)flags;
    }

    private static List<string> ReadIdentifiers(AsnReader list)
    {
        var result = new List<string>();
        while (list.HasData) result.Add(list.ReadObjectIdentifier());
        return result;
    }

    private void ReadAuthorityKeyIdentifier(AsnReader identifier)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (identifier.HasData && identifier.PeekTag().HasSameClassAndValue(tag))
            AuthorityKeyIdentifier = Convert.ToHexStringLower(identifier.ReadOctetString(tag));
    }

    private void ReadAuthorityInformation(AsnReader list)
    {
        var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
        while (list.HasData)
        {
            var description = list.ReadSequence();
            var method = description.ReadObjectIdentifier();
            if (method == Oids.CaIssuers && description.PeekTag().HasSameClassAndValue(uri))
                CaIssuerUrls.Add(description.ReadCharacterString(UniversalTagNumber.IA5String, uri));
        }
    }
}
