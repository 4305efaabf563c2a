using Org.BouncyCastle.Crypto;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>Key derivation of PKCS#12 (RFC 7292, appendix B).</summary>
internal static class Pkcs12Kdf
{
    public const byte Key = 1;
    public const byte Vector = 2;
    public const byte Mac = 3;

    /// <summary>Nanoseconds that so many bytes cost.</summary>
    public static long Cost(IDigest digest, int iterations, int length) =>
        (length + digest.GetDigestSize() - 1L) / digest.GetDigestSize() * iterations * DigestTable.BlockCost(digest);

    public static byte[] Derive(IDigest digest, byte[] password, byte[] salt, int iterations, byte purpose, int length)
    {
        var (block, size) = (digest.GetByteLength(), digest.GetDigestSize());
        var diversifier = new byte[block];
        Array.Fill(diversifier, purpose);
        byte[] input = [.. Repeat(salt, block), .. Repeat(password, block)];
        var result = new byte[length];
        var hash = new byte[size];
        for (var done = 0; done < length; done += size)
        {
            digest.BlockUpdate(diversifier);
            digest.BlockUpdate(input);
            digest.DoFinal(hash);
            for (var i = 1; i < iterations; i++)
            {
                digest.BlockUpdate(hash);
                digest.DoFinal(hash);
            }

            hash.AsSpan(0, Math.Min(size, length - done)).CopyTo(result.AsSpan(done));
            Advance(input, hash, block);
        }

        return result;
    }

    private static byte[] Repeat(byte[] source, int block)
    {
        var result = new byte[(source.Length + block - 1) / block * block];
        for (var i = 0; i < result.Length; i++) result[i] = source[i % source.Length];
        return result;
    }

    /// <summary>Adds the repeated hash plus one to every block of the input (step 6C).</summary>
    private static void Advance(byte[] input, byte[] hash, int block)
    {
        for (var start = 0; start < input.Length; start += block)
        {
            var carry = 1;
            for (var i = block - 1; i >= 0; i--)
            {
                carry += input[start + i] + hash[i % hash.Length];
                input[start + i] = (byte)carry;
                carry >>= 8;
            }
        }
    }
}
