using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace Cluster.Pki.Tests.Corpus;

/// <summary>Takes PFX apart and puts it together with another MAC or another key: what no program that Debian has would write.</summary>
internal static class Pfx
{
    private const string Data = "1.2.840.113549.1.7.1";
    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    /// <summary>Digests with the identifiers of their HMAC.</summary>
    public static IReadOnlyDictionary<string, (string Oid, Func<IDigest> Make)> Hmacs { get; } =
        new Dictionary<string, (string, Func<IDigest>)>
        {
            ["SHA-1"] = ("1.2.840.113549.2.7", () => new Sha1Digest()),
            ["SHA-224"] = ("1.2.840.113549.2.8", () => new Sha224Digest()),
            ["SHA-256"] = ("1.2.840.113549.2.9", () => new Sha256Digest()),
            ["SHA-384"] = ("1.2.840.113549.2.10", () => new Sha384Digest()),
            ["SHA-512"] = ("1.2.840.113549.2.11", () => new Sha512Digest()),
            ["SHA-512/224"] = ("1.2.840.113549.2.12", () => new Sha512tDigest(224)),
            ["SHA-512/256"] = ("1.2.840.113549.2.13", () => new Sha512tDigest(256)),
        };

    /// <summary>The certificates of one file and the key of another, under the first file's MAC password.</summary>
    public static byte[] WithKeyOf(byte[] certificates, byte[] key, string password)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(Safes(certificates)[0].Span);
            writer.WriteEncodedValue(Safes(key)[1].Span);
        }

        return WithPbmac1(writer.Encode(), password, "SHA-256", "SHA-256", 32, 2048);
    }

    /// <summary>Replaces the MAC of a file by PBMAC1 (RFC 9579).</summary>
    public static byte[] WithPbmac1OnFile(byte[] pfx, string password, string prf, string mac, int? keyLength, int iterations) =>
        WithPbmac1(Content(pfx), password, prf, mac, keyLength, iterations);

    private static byte[] WithPbmac1(byte[] content, string password, string prf, string mac, int? keyLength, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var generator = new Pkcs5S2ParametersGenerator(Hmacs[prf].Make());
        generator.Init(System.Text.Encoding.UTF8.GetBytes(password), salt, iterations);
        var hmac = new HMac(Hmacs[mac].Make());
        hmac.Init((KeyParameter)generator.GenerateDerivedMacParameters((keyLength ?? hmac.GetMacSize()) * 8));
        hmac.BlockUpdate(content);
        var value = new byte[hmac.GetMacSize()];
        hmac.DoFinal(value, 0);

        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Data);
                using (writer.PushSequence(Zero)) writer.WriteOctetString(content);
            }

            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    WriteAlgorithm(writer, prf, mac, keyLength, iterations, salt);
                    writer.WriteOctetString(value);
                }

                // What stands here is not used; it is another salt and count on purpose.
                writer.WriteOctetString("NOT USED"u8);
                writer.WriteInteger(1);
            }
        }

        return writer.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer, string prf, string mac, int? keyLength, int iterations, byte[] salt)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.5.14");
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.5.12");
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString(salt);
                        writer.WriteInteger(iterations);
                        if (keyLength is { } length) writer.WriteInteger(length);
                        WriteHmac(writer, prf);
                    }
                }

                WriteHmac(writer, mac);
            }
        }
    }

    private static void WriteHmac(AsnWriter writer, string digest)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Hmacs[digest].Oid);
            writer.WriteNull();
        }
    }

    private static byte[] Content(byte[] pfx)
    {
        var outer = new AsnReader(pfx, AsnEncodingRules.BER).ReadSequence();
        outer.ReadInteger();
        var info = outer.ReadSequence();
        info.ReadObjectIdentifier();
        return info.ReadSequence(Zero).ReadOctetString();
    }

    private static List<ReadOnlyMemory<byte>> Safes(byte[] pfx)
    {
        var list = new AsnReader(Content(pfx), AsnEncodingRules.BER).ReadSequence();
        var safes = new List<ReadOnlyMemory<byte>>();
        while (list.HasData) safes.Add(list.ReadEncodedValue());
        return safes;
    }
}
