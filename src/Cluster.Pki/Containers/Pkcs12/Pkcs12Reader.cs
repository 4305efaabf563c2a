using System.Formats.Asn1;

namespace Cluster.Pki.Containers.Pkcs12;

/// <summary>Reads a PFX (RFC 7292, 4), DER or BER: integrity first, then every safe.</summary>
internal static class Pkcs12Reader
{
    private const string What = "A PKCS#12 container";
    private const string Data = "1.2.840.113549.1.7.1";
    private const string EncryptedData = "1.2.840.113549.1.7.6";

    public static void Read(ReadSession session, ReadOnlyMemory<byte> value)
    {
        var description = new List<string>();
        try
        {
            Open(session, value, description);
        }
        catch (AsnContentException)
        {
            session.Add(Refusals.Damaged(What, "its structure breaks off"));
        }

        session.Add(new FoundContainer(ContainerKind.Pkcs12, string.Join("; ", description.Distinct())));
    }

    private static void Open(ReadSession session, ReadOnlyMemory<byte> value, List<string> description)
    {
        var explicitContent = new Asn1Tag(TagClass.ContextSpecific, 0);
        var pfx = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
        pfx.ReadInteger();
        var contentInfo = pfx.ReadSequence();
        if (contentInfo.ReadObjectIdentifier() != Data)
        {
            session.Add(Refusals.UnsupportedAlgorithm(What, "integrity by a signature instead of a password"));
            return;
        }

        var safes = contentInfo.ReadSequence(explicitContent).ReadOctetString();
        if (pfx.HasData)
        {
            if (!Pkcs12Mac.Check(session, pfx.ReadSequence(), safes, description)) return;
        }
        else
        {
            description.Add("no MAC");
            session.Add(ReadNotes.WithoutIntegrity);
        }

        var list = new AsnReader(safes, AsnEncodingRules.BER).ReadSequence();
        while (list.HasData) ReadSafe(session, list.ReadSequence(), description);
    }

    private static void ReadSafe(ReadSession session, AsnReader contentInfo, List<string> description)
    {
        var explicitContent = new Asn1Tag(TagClass.ContextSpecific, 0);
        var type = contentInfo.ReadObjectIdentifier();
        var content = contentInfo.ReadSequence(explicitContent);
        switch (type)
        {
            case Data:
                SafeBags.Read(session, content.ReadOctetString(), description, depth: 0, isEncrypted: false);
                break;
            case EncryptedData:
                ReadEncrypted(session, content.ReadSequence(), description);
                break;
            default:
                session.Add(Refusals.UnsupportedAlgorithm(What, "encryption for a public key instead of a password"));
                break;
        }
    }

    private static void ReadEncrypted(ReadSession session, AsnReader encryptedData, List<string> description)
    {
        encryptedData.ReadInteger();
        var info = encryptedData.ReadSequence();
        info.ReadObjectIdentifier();
        var scheme = Decryption.PasswordSchemes.Parse(info.ReadSequence(), out var unsupported);
        if (scheme is null)
        {
            session.Add(Refusals.UnsupportedAlgorithm(What, $"the encryption {unsupported}"));
            return;
        }

        description.Add(scheme.Name);
        var data = info.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
        var outcome = Decryption.PasswordTrial.Run(session, scheme, data, plain => SafeBags.TryRead(session, plain, description));
        if (outcome != Decryption.TrialOutcome.Opened) session.Add(Decryption.PasswordTrial.Refusal(outcome, What, scheme));
    }
}
