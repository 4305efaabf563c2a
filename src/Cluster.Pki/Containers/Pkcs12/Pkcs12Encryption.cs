using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Cluster.Pki.Containers.Decryption;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Cluster.Pki.Containers.Pkcs12;

/// <summary>Encryption and MAC of a written PFX in one of the two profiles.</summary>
/// <param name="password">Password of all of it.</param>
/// <param name="profile">Algorithms.</param>
/// <param name="draw">Gives so many bytes for a salt or an initialisation vector, never the same twice.</param>
internal sealed class Pkcs12Encryption(string password, Pkcs12Profile profile, Func<int, byte[]> draw)
{
    // Enough to slow guessing down, and within the default limits of readers that have some.
    private const int ModernIterations = 100_000;
    private const int LegacyIterations = 10_000;

    private readonly byte[] bmp = [.. Encoding.BigEndianUnicode.GetBytes(password), 0, 0];

    private bool Modern => profile == Pkcs12Profile.Modern;

    /// <summary>Writes the AlgorithmIdentifier and returns the encrypted bytes.</summary>
    public byte[] Encrypt(AsnWriter writer, ReadOnlySpan<byte> plain) =>
        Modern ? EncryptModern(writer, plain) : EncryptLegacy(writer, plain);

    /// <summary>Writes the MacData over the safes.</summary>
    public void WriteMac(AsnWriter writer, byte[] content)
    {
        var salt = draw(16);
        var iterations = Modern ? ModernIterations : LegacyIterations;
        IDigest digest = Modern ? new Sha256Digest() : new Sha1Digest();
        var key = Pkcs12Kdf.Derive(digest, bmp, salt, iterations, Pkcs12Kdf.Mac, digest.GetDigestSize());
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Modern ? "2.16.840.1.101.3.4.2.1" : "1.3.14.3.2.26");
                    writer.WriteNull();
                }

                writer.WriteOctetString(Modern ? HMACSHA256.HashData(key, content) : HMACSHA1.HashData(key, content));
            }

            writer.WriteOctetString(salt);
            writer.WriteInteger(iterations);
        }
    }

    private byte[] EncryptModern(AsnWriter writer, ReadOnlySpan<byte> plain)
    {
        var (salt, iv) = (draw(16), draw(16));
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.5.13");
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.5.12");
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString(salt);
                        writer.WriteInteger(ModernIterations);
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier("1.2.840.113549.2.9");
                            writer.WriteNull();
                        }
                    }
                }

                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("2.16.840.1.101.3.4.1.42");
                    writer.WriteOctetString(iv);
                }
            }
        }

        using var aes = Aes.Create();
        aes.Key = Rfc2898DeriveBytes.Pbkdf2(password, salt, ModernIterations, HashAlgorithmName.SHA256, 32);
        return aes.EncryptCbc(plain, iv);
    }

    private byte[] EncryptLegacy(AsnWriter writer, ReadOnlySpan<byte> plain)
    {
        var salt = draw(8);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.12.1.3");
            using (writer.PushSequence())
            {
                writer.WriteOctetString(salt);
                writer.WriteInteger(LegacyIterations);
            }
        }

        using var tripleDes = TripleDES.Create();
        tripleDes.Key = Pkcs12Kdf.Derive(new Sha1Digest(), bmp, salt, LegacyIterations, Pkcs12Kdf.Key, 24);
        return tripleDes.EncryptCbc(plain, Pkcs12Kdf.Derive(new Sha1Digest(), bmp, salt, LegacyIterations, Pkcs12Kdf.Vector, 8));
    }
}
