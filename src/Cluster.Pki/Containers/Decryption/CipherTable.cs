using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Paddings;
using Org.BouncyCastle.Crypto.Parameters;

namespace Cluster.Pki.Containers.Decryption;

/// <summary>A block cipher in CBC mode.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="KeyBytes">Length of the key in bytes; 0 when the parameters say it.</param>
/// <param name="Engine">Makes the block cipher.</param>
internal sealed record BlockCipher(string Name, int KeyBytes, Func<IBlockCipher> Engine)
{
    /// <summary>Whether nothing should be encrypted with it any more.</summary>
    public bool IsOld => Engine() is RC2Engine or IdeaEngine || (Engine() is DesEngine and not DesEdeEngine);

    /// <summary>Nanoseconds that a byte costs.</summary>
    public long ByteCost => Engine() switch
    {
        AesEngine => 30,
        DesEdeEngine => 100,
        _ => 60,
    };

    /// <summary>Decrypts; null when the padding does not come out, which mostly means a wrong password.</summary>
    public byte[]? Decrypt(byte[] key, byte[] iv, ReadOnlyMemory<byte> data)
    {
        try
        {
            var cipher = new PaddedBufferedBlockCipher(new CbcBlockCipher(Engine()), new Pkcs7Padding());
            KeyParameter parameters = Engine() is RC2Engine ? new RC2Parameters(key, key.Length * 8) : new KeyParameter(key);
            cipher.Init(false, new ParametersWithIV(parameters, iv));
            return cipher.DoFinal(data.ToArray());
        }
        catch (Exception e) when (e is CryptoException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>Block ciphers by object identifier and by the names of traditional PEM encryption.</summary>
internal static class CipherTable
{
    private static readonly BlockCipher TripleDes = new("3DES-CBC", 24, () => new DesEdeEngine());
    private static readonly BlockCipher Des = new("DES-CBC", 8, () => new DesEngine());

    /// <summary>Null when the cipher is not known.</summary>
    public static BlockCipher? ByOid(string oid) => oid switch
    {
        "2.16.840.1.101.3.4.1.2" => Aes(16),
        "2.16.840.1.101.3.4.1.22" => Aes(24),
        "2.16.840.1.101.3.4.1.42" => Aes(32),
        "1.2.840.113549.3.7" => TripleDes,
        "1.3.14.3.2.7" => Des,
        "1.2.840.113549.3.2" => new("RC2-CBC", 0, () => new RC2Engine()),
        "1.2.392.200011.61.1.1.1.2" => Camellia(16),
        "1.2.392.200011.61.1.1.1.3" => Camellia(24),
        "1.2.392.200011.61.1.1.1.4" => Camellia(32),
        "1.2.410.200046.1.1.2" => Aria(16),
        "1.2.410.200046.1.1.7" => Aria(24),
        "1.2.410.200046.1.1.12" => Aria(32),
        "1.2.410.200004.1.4" => new("SEED-CBC", 16, () => new SeedEngine()),
        _ => null,
    };

    /// <summary>Null when the cipher is not known.</summary>
    public static BlockCipher? ByName(string name) => name.ToUpperInvariant() switch
    {
        "AES-128-CBC" => Aes(16),
        "AES-192-CBC" => Aes(24),
        "AES-256-CBC" => Aes(32),
        "DES-EDE3-CBC" => TripleDes,
        "DES-EDE-CBC" => new("3DES-CBC", 16, () => new DesEdeEngine()),
        "DES-CBC" => Des,
        "RC2-CBC" => new("RC2-CBC", 16, () => new RC2Engine()),
        "CAMELLIA-128-CBC" => Camellia(16),
        "CAMELLIA-192-CBC" => Camellia(24),
        "CAMELLIA-256-CBC" => Camellia(32),
        "ARIA-128-CBC" => Aria(16),
        "ARIA-192-CBC" => Aria(24),
        "ARIA-256-CBC" => Aria(32),
        "SEED-CBC" => new("SEED-CBC", 16, () => new SeedEngine()),
        "IDEA-CBC" => new("IDEA-CBC", 16, () => new IdeaEngine()),
        _ => null,
    };

    public static BlockCipher Rc2(int keyBytes) => new($"RC2-{keyBytes * 8}-CBC", keyBytes, () => new RC2Engine());

    public static BlockCipher TripleDesOf(int keyBytes) => new("3DES-CBC", keyBytes, () => new DesEdeEngine());

    private static BlockCipher Aes(int bytes) => new($"AES-{bytes * 8}-CBC", bytes, () => new AesEngine());

    private static BlockCipher Camellia(int bytes) => new($"Camellia-{bytes * 8}-CBC", bytes, () => new CamelliaEngine());

    private static BlockCipher Aria(int bytes) => new($"ARIA-{bytes * 8}-CBC", bytes, () => new AriaEngine());
}
