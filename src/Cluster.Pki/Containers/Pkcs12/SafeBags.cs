using System.Formats.Asn1;
using Cluster.Pki.Containers.Decryption;

namespace Cluster.Pki.Containers.Pkcs12;

/// <summary>Reads SafeContents (RFC 7292, 4.2).</summary>
internal static class SafeBags
{
    private const string BagPrefix = "1.2.840.113549.1.12.10.1.";
    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0);

    /// <summary>Reads decrypted contents; false when they are none, so that the password was a wrong one.</summary>
    public static bool TryRead(ReadSession session, byte[] contents, List<string> description)
    {
        try
        {
            var outer = new AsnReader(contents, AsnEncodingRules.BER);
            var probe = outer.ReadSequence();
            // By chance a wrong password gives a valid padding; its first value then is no bag.
            if (probe.HasData && !probe.ReadSequence().ReadObjectIdentifier().StartsWith(BagPrefix, StringComparison.Ordinal)) return false;
        }
        catch (AsnContentException)
        {
            return false;
        }

        Read(session, contents, description, depth: 0, isEncrypted: true);
        return true;
    }

    public static void Read(ReadSession session, ReadOnlyMemory<byte> contents, List<string> description, int depth, bool isEncrypted)
    {
        if (depth > ReadBudget.MaximumDepth)
        {
            session.Add(Refusals.TooExpensive("A PKCS#12 container", "its safes are nested too deeply"));
            return;
        }

        var list = new AsnReader(contents, AsnEncodingRules.BER).ReadSequence();
        while (list.HasData) ReadBag(session, list.ReadSequence(), description, depth, isEncrypted);
    }

    private static void ReadBag(ReadSession session, AsnReader bag, List<string> description, int depth, bool isEncrypted)
    {
        var type = bag.ReadObjectIdentifier();
        var value = bag.ReadSequence(Explicit);
        var friendlyName = BagAttributes.FriendlyName(bag);
        switch (type)
        {
            case BagPrefix + "1":
                if (!isEncrypted) session.Add(ReadNotes.WithoutEncryption);
                Named(session, session.AddKey(value.PeekEncodedValue().Span)?.PublicKeySha256, friendlyName);
                break;
            case BagPrefix + "2":
                DescribeKey(value.PeekEncodedValue(), description);
                Named(session, EncryptedKeys.Read(session, value.PeekEncodedValue())?.PublicKeySha256, friendlyName);
                break;
            case BagPrefix + "3":
                var certBag = value.ReadSequence();
                if (certBag.ReadObjectIdentifier() == "1.2.840.113549.1.9.22.1")
                    Named(session, session.AddCertificate(certBag.ReadSequence(Explicit).ReadOctetString())?.Sha256, friendlyName);
                break;
            case BagPrefix + "6":
                Read(session, value.PeekEncodedValue(), description, depth + 1, isEncrypted);
                break;
            default:
                session.Add(type == BagPrefix + "5" ? OtherObject.SecretKey : OtherObject.RevocationList);
                break;
        }
    }

    private static void Named(ReadSession session, string? digest, string? friendlyName)
    {
        if (digest is not null && friendlyName is not null) session.AddFriendlyName(digest, friendlyName);
    }

    private static void DescribeKey(ReadOnlyMemory<byte> shrouded, List<string> description)
    {
        var algorithm = new AsnReader(shrouded, AsnEncodingRules.BER).ReadSequence().ReadSequence();
        if (PasswordSchemes.Parse(algorithm, out _) is { } scheme) description.Add(scheme.Name);
    }
}
