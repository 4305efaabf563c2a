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
        Pss = shape.Pss;
        ExponentSize = shape.ExponentSize;
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

    /// <summary>Bits of the public exponent of an RSA key; else 0.</summary>
    internal int ExponentSize { get; }

    /// <summary>What an RSA key is restricted to; null when it is not.</summary>
    internal PssParameters? Pss { get; }

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

    /// <summary>Whether both are the same EC key, one of them with a compressed point, so that they do not match by their bytes.</summary>
    internal bool IsOtherFormOf(PublicKeyMaterial other) =>
        Algorithm == KeyAlgorithm.Ec
            && Curve is not null
            && string.Equals(Curve, other.Curve, StringComparison.Ordinal)
            && !Matches(other)
            && SpelledOut.Span.SequenceEqual(other.SpelledOut.Span);

    /// <summary>The SubjectPublicKeyInfo as the runtime reads it: of an EC key with the uncompressed point.</summary>
    internal ReadOnlyMemory<byte> SpelledOut => EcPoint.UncompressInfo(subjectPublicKeyInfo) ?? subjectPublicKeyInfo;

    internal PublicKey ToPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);

    /// <summary>Whether both are the same key.</summary>
    public bool Matches(PublicKeyMaterial other) => string.Equals(Sha256, other.Sha256, StringComparison.Ordinal);

    /// <summary>Algorithm, size and digest.</summary>
    public override string ToString() => $"{Algorithm} {Size} {Sha256}";
}
