namespace Cluster.Pki.Keys;

/// <summary>A kind of key that can be made.</summary>
/// <param name="Algorithm">RSA, EC or Ed25519.</param>
/// <param name="Size">Size in bits: 2048, 3072, 4096; 256, 384, 521; 256 for Ed25519.</param>
public readonly record struct KeySpecification(KeyAlgorithm Algorithm, int Size)
{
    /// <summary>RSA of 2048 bits.</summary>
    public static KeySpecification Rsa2048 => new(KeyAlgorithm.Rsa, 2048);

    /// <summary>RSA of 3072 bits.</summary>
    public static KeySpecification Rsa3072 => new(KeyAlgorithm.Rsa, 3072);

    /// <summary>RSA of 4096 bits.</summary>
    public static KeySpecification Rsa4096 => new(KeyAlgorithm.Rsa, 4096);

    /// <summary>EC on the curve P-256.</summary>
    public static KeySpecification EcP256 => new(KeyAlgorithm.Ec, 256);

    /// <summary>EC on the curve P-384.</summary>
    public static KeySpecification EcP384 => new(KeyAlgorithm.Ec, 384);

    /// <summary>EC on the curve P-521.</summary>
    public static KeySpecification EcP521 => new(KeyAlgorithm.Ec, 521);

    /// <summary>EdDSA over Curve25519 (RFC 8410); not every mail server takes it in TLS.</summary>
    public static KeySpecification Ed25519 => new(KeyAlgorithm.Ed25519, 256);

    /// <summary>Every kind that can be made.</summary>
    public static IReadOnlyList<KeySpecification> All { get; } = [Rsa2048, Rsa3072, Rsa4096, EcP256, EcP384, EcP521, Ed25519];

    /// <summary>Whether keys of this kind can be made.</summary>
    public bool IsSupported => All.Contains(this);
}
