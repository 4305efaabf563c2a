using System.Formats.Asn1;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>The encryption of PKCS#12 itself (RFC 7292, appendix C): SHA-1 with 3DES, RC2 or RC4.</summary>
internal static class Pkcs12Pbe
{
    private const long Rc4ByteCost = 10;

    public static PasswordScheme? Parse(string oid, AsnReader parameters)
    {
        var (salt, iterations) = PasswordSchemes.ReadSaltAndCount(parameters);
        return oid[^1] switch
        {
            '1' => Stream("RC4-128", 16, salt, iterations),
            '2' => Stream("RC4-40", 5, salt, iterations),
            '3' => Block(CipherTable.TripleDesOf(24), salt, iterations),
            '4' => Block(CipherTable.TripleDesOf(16), salt, iterations),
            '5' => Block(CipherTable.Rc2(16), salt, iterations),
            '6' => Block(CipherTable.Rc2(5), salt, iterations),
            _ => null,
        };
    }

    private static PasswordScheme Block(BlockCipher cipher, byte[] salt, int iterations) => new(
        $"PBE SHA-1 {cipher.Name}, {iterations} iterations",
        Pkcs12Kdf.Cost(new Sha1Digest(), iterations, cipher.KeyBytes) + Pkcs12Kdf.Cost(new Sha1Digest(), iterations, 8),
        cipher.ByteCost,
        PasswordEncoding.Bmp,
        (password, data) =>
        {
            var key = Pkcs12Kdf.Derive(new Sha1Digest(), password, salt, iterations, Pkcs12Kdf.Key, cipher.KeyBytes);
            var iv = Pkcs12Kdf.Derive(new Sha1Digest(), password, salt, iterations, Pkcs12Kdf.Vector, 8);
            return cipher.Decrypt(key, iv, data);
        })
    {
        Iterations = iterations,
        IsOld = cipher.IsOld,
    };

    private static PasswordScheme Stream(string name, int keyBytes, byte[] salt, int iterations) => new(
        $"PBE SHA-1 {name}, {iterations} iterations",
        Pkcs12Kdf.Cost(new Sha1Digest(), iterations, keyBytes),
        Rc4ByteCost,
        PasswordEncoding.Bmp,
        (password, data) =>
        {
            var engine = new RC4Engine();
            engine.Init(false, new KeyParameter(Pkcs12Kdf.Derive(new Sha1Digest(), password, salt, iterations, Pkcs12Kdf.Key, keyBytes)));
            var plain = new byte[data.Length];
            engine.ProcessBytes(data.Span, plain);
            return plain;
        })
    {
        Iterations = iterations,
        IsOld = true,
    };
}
