namespace Cluster.Pki.Keys;

/// <summary>What it costs to calculate with keys that others chose, in nanoseconds; rather too much than too little.</summary>
internal static class KeyCosts
{
    private const long Millisecond = 1_000_000;
    private const int LargestEcKey = 300;

    /// <summary>Reading a PKCS#8 key: the public key is derived from it.</summary>
    public static long Reading(int pkcs8Bytes) => pkcs8Bytes <= LargestEcKey ? Millisecond : RsaNumbers.Cost(pkcs8Bytes);

    /// <summary>Verifying one signature.</summary>
    public static long Verifying(PublicKeyMaterial key) => key.Algorithm switch
    {
        KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss => Power(key.Size, key.ExponentSize),
        // The size of the exponent is that of a parameter; no parameter is larger than the prime.
        KeyAlgorithm.Dsa => Power(key.Size, key.Size),
        KeyAlgorithm.Ec => Millisecond * (1 + Cube(Math.Max(256, key.Size) / 256L)),
        KeyAlgorithm.Ed25519 => Millisecond,
        KeyAlgorithm.Ed448 => 3 * Millisecond,
        _ => 10 * Millisecond,
    };

    // Modular exponentiation: one multiplication, quadratic in the size, for each bit of the exponent.
    private static long Power(long bits, long exponentBits) => Math.Max(Millisecond / 10, bits * bits / 500 * Math.Max(17, exponentBits));

    private static long Cube(long n) => n * n * n;
}
