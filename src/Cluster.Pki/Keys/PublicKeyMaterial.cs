using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Pki.Keys;

/// <summary>A public key as a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).</summary>
public sealed class PublicKeyMaterial
{
    private readonly byte[] subjectPublicKeyInfo;

    private PublicKeyMaterial(byte[] subjectPublicKeyInfo, PublicKeyShape shape)
    {
        this.subjectPublicKeyInfo = subjectPublicKeyInfo;
        Algorithm = shape.Algorithm;
        Size = shape.Size;
        AlgorithmOid = shape.AlgorithmOid;
        Curve = shape.Curve;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(subjectPublicKeyInfo));
    }

    /// <summary>Family of the key.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>Size in bits; 0 when unknown.</summary>
    public int Size { get; }

    /// <summary>Object identifier of the algorithm.</summary>
    public string AlgorithmOid { get; }

    /// <summary>Object identifier of the curve of an EC key; null for other keys, and when it does not name its curve.</summary>
    public string? Curve { get; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>The DER of the SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => subjectPublicKeyInfo;

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <returns>Null when the bytes are none.</returns>
    public static PublicKeyMaterial? TryRead(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var shape = PublicKeyShape.TryRead(subjectPublicKeyInfo);
        return shape is null ? null : new PublicKeyMaterial(subjectPublicKeyInfo.ToArray(), shape);
    }

    /// <summary>Verifies what <see cref="PrivateKeyMaterial.Sign"/> of the matching key made.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => KeySignatures.Verify(this, data, signature);

    internal PublicKey ToPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);

    /// <summary>Whether both are the same key.</summary>
    public bool Matches(PublicKeyMaterial other) => string.Equals(Sha256, other.Sha256, StringComparison.Ordinal);

    /// <summary>Algorithm, size and digest.</summary>
    public override string ToString() => $"{Algorithm} {Size} {Sha256}";
}
