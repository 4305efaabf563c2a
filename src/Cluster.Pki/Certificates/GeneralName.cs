using System.Formats.Asn1;

namespace Cluster.Pki.Certificates;

/// <summary>Kinds of names, by their tag in GeneralName (RFC 5280, 4.2.1.6).</summary>
internal enum GeneralNameKind
{
    /// <summary>otherName.</summary>
    Other = 0,

    /// <summary>rfc822Name, an e-mail address.</summary>
    Email = 1,

    /// <summary>dNSName.</summary>
    Dns = 2,

    /// <summary>x400Address.</summary>
    X400 = 3,

    /// <summary>directoryName, a distinguished name.</summary>
    Directory = 4,

    /// <summary>ediPartyName.</summary>
    Edi = 5,

    /// <summary>uniformResourceIdentifier.</summary>
    Uri = 6,

    /// <summary>iPAddress; in a constraint followed by its mask.</summary>
    Address = 7,

    /// <summary>registeredID.</summary>
    Registered = 8,
}

/// <summary>A name of a certificate, or one that constrains them.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">E-mail address, host name or URI; the form of a directory name; else empty.</param>
/// <param name="Bytes">The bytes of an address; else empty.</param>
internal sealed record GeneralName(GeneralNameKind Kind, string Text, byte[] Bytes)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static GeneralName Read(AsnReader names)
    {
        var tag = names.PeekTag();
        var kind = tag.TagClass == TagClass.ContextSpecific && tag.TagValue <= 8 ? (GeneralNameKind)tag.TagValue : GeneralNameKind.Other;
        switch (kind)
        {
            case GeneralNameKind.Email or GeneralNameKind.Dns or GeneralNameKind.Uri:
                return new GeneralName(kind, names.ReadCharacterString(UniversalTagNumber.IA5String, tag), []);
            case GeneralNameKind.Directory:
                return new GeneralName(kind, NameForm.Of(names.ReadSequence(tag).ReadEncodedValue()), []);
            case GeneralNameKind.Address:
                return new GeneralName(kind, "", names.ReadOctetString(tag));
            default:
                names.ReadEncodedValue();
                return new GeneralName(kind, "", []);
        }
    }
}
