using System.Formats.Asn1;
using System.Security.Cryptography;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Containers.Pkcs12;

/// <summary>Writes a PFX (RFC 7292): certificates in an encrypted safe, the key in a shrouded bag, MAC over both.</summary>
internal static class Pkcs12Writer
{
    private const string Data = "1.2.840.113549.1.7.1";
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    public static byte[] Write(
        PrivateKeyMaterial key, IReadOnlyList<CertificateInfo> certificates, string friendlyName, Pkcs12Encryption encryption)
    {
        var safes = WriteSafes(key, certificates, friendlyName, encryption);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            WriteData(writer, safes);
            encryption.WriteMac(writer, safes);
        }

        return writer.Encode();
    }

    private static byte[] WriteSafes(
        PrivateKeyMaterial key, IReadOnlyList<CertificateInfo> certificates, string friendlyName, Pkcs12Encryption encryption)
    {
        // Key and leaf are joined by the same localKeyId.
        var localKeyId = Convert.FromHexString(certificates[0].Sha256)[..20];
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            WriteEncrypted(writer, CertificateBags(certificates, friendlyName, localKeyId), encryption);
            WriteData(writer, KeyBag(key, friendlyName, localKeyId, encryption));
        }

        return writer.Encode();
    }

    private static byte[] CertificateBags(IReadOnlyList<CertificateInfo> certificates, string friendlyName, byte[] localKeyId)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            for (var i = 0; i < certificates.Count; i++)
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.12.10.1.3");
                    using (writer.PushSequence(Zero))
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier("1.2.840.113549.1.9.22.1");
                        using (writer.PushSequence(Zero)) writer.WriteOctetString(certificates[i].Der.Span);
                    }

                    if (i == 0) WriteAttributes(writer, friendlyName, localKeyId);
                }
            }
        }

        return writer.Encode();
    }

    private static byte[] KeyBag(PrivateKeyMaterial key, string friendlyName, byte[] localKeyId, Pkcs12Encryption encryption)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.12.10.1.2");
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
                writer.WriteOctetString(encryption.Encrypt(writer, key.Pkcs8));
            WriteAttributes(writer, friendlyName, localKeyId);
        }

        return writer.Encode();
    }

    private static void WriteEncrypted(AsnWriter writer, byte[] plain, Pkcs12Encryption encryption)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.6");
            using (writer.PushSequence(Zero))
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Data);
                    writer.WriteOctetString(encryption.Encrypt(writer, plain), Zero);
                }
            }
        }
    }

    private static void WriteData(AsnWriter writer, byte[] content)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Data);
            using (writer.PushSequence(Zero)) writer.WriteOctetString(content);
        }
    }

    private static void WriteAttributes(AsnWriter writer, string friendlyName, byte[] localKeyId)
    {
        using (writer.PushSetOf())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.9.20");
                using (writer.PushSetOf()) writer.WriteCharacterString(UniversalTagNumber.BMPString, friendlyName);
            }

            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.9.21");
                using (writer.PushSetOf()) writer.WriteOctetString(localKeyId);
            }
        }
    }
}
