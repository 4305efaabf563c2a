using System.Formats.Asn1;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>PBES1 (RFC 8018, 6.1): MD2, MD5 or SHA-1 with DES or RC2.</summary>
internal static class Pbes1
{
    public static PasswordScheme? Parse(string oid, AsnReader parameters)
    {
        var (salt, iterations) = PasswordSchemes.ReadSaltAndCount(parameters);
        var des = CipherTable.ByName("DES-CBC");
        var rc2 = CipherTable.Rc2(8);
        (Func<IDigest> Digest, BlockCipher Cipher)? parts = oid[(oid.LastIndexOf('.') + 1)..] switch
        {
            "1" => (() => new MD2Digest(), des!),
            "3" => (() => new MD5Digest(), des!),
            "4" => (() => new MD2Digest(), rc2),
            "6" => (() => new MD5Digest(), rc2),
            "10" => (() => new Sha1Digest(), des!),
            "11" => (() => new Sha1Digest(), rc2),
            _ => null,
        };
        return parts is not { } p ? null : new PasswordScheme(
            $"PBES1 {p.Digest().AlgorithmName} {p.Cipher.Name}, {iterations} iterations",
            iterations * DigestTable.BlockCost(p.Digest()),
            p.Cipher.ByteCost,
            PasswordEncoding.Bytes,
            (password, data) =>
            {
                var derived = Derive(p.Digest(), password, salt, iterations);
                return p.Cipher.Decrypt(derived[..8], derived[8..16], data);
            })
        {
            Iterations = iterations,
            IsOld = true,
        };
    }

    /// <summary>PBKDF1 (RFC 8018, 5.1).</summary>
    private static byte[] Derive(IDigest digest, byte[] password, byte[] salt, int iterations)
    {
        var hash = new byte[digest.GetDigestSize()];
        digest.BlockUpdate(password);
        digest.BlockUpdate(salt);
        digest.DoFinal(hash);
        for (var i = 1; i < iterations; i++)
        {
            digest.BlockUpdate(hash);
            digest.DoFinal(hash);
        }

        return hash;
    }
}
