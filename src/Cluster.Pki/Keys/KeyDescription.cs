namespace Cluster.Pki.Keys;

/// <summary>Kinds of keys as people call them.</summary>
internal static class KeyDescription
{
    /// <summary>For example <c>RSA 2048</c>, <c>EC P-256</c> or <c>Ed25519</c>.</summary>
    public static string Of(PublicKeyMaterial key) => key.Algorithm switch
    {
        KeyAlgorithm.Rsa => $"RSA {key.Size}",
        KeyAlgorithm.RsaPss => $"RSA-PSS {key.Size}",
        KeyAlgorithm.Ec => $"EC {Curve(key.Curve)}",
        KeyAlgorithm.Dsa => $"DSA {key.Size}",
        KeyAlgorithm.Ed25519 or KeyAlgorithm.Ed448 => $"{key.Algorithm}",
        _ => $"of an unknown kind ({key.AlgorithmOid})",
    };

    private static string Curve(string? oid) => oid switch
    {
        null => "on a curve that it only spells out",
        Oids.P256 => "P-256",
        Oids.P384 => "P-384",
        Oids.P521 => "P-521",
        "1.3.132.0.33" => "P-224",
        "1.2.840.10045.3.1.1" => "P-192",
        "1.3.132.0.10" => "secp256k1",
        "1.3.36.3.3.2.8.1.1.7" => "brainpoolP256r1",
        "1.3.36.3.3.2.8.1.1.11" => "brainpoolP384r1",
        "1.3.36.3.3.2.8.1.1.13" => "brainpoolP512r1",
        _ => $"on the curve {oid}",
    };
}
