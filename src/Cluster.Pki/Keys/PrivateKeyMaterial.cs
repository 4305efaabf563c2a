using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;

namespace Cluster.Pki.Keys;

/// <summary>A private key; it never shows itself in text, JSON or logs, and its bytes are zeroed when disposed.</summary>
[JsonConverter(typeof(RefusingSecretConverter))]
public sealed class PrivateKeyMaterial : IDisposable
{
    private readonly byte[] pkcs8;
    private bool disposed;

    private PrivateKeyMaterial(ReadOnlySpan<byte> pkcs8, PublicKeyMaterial publicKey)
    {
        // Pinned, so that the collector leaves no copies behind that cannot be zeroed.
        this.pkcs8 = GC.AllocateUninitializedArray<byte>(pkcs8.Length, pinned: true);
        pkcs8.CopyTo(this.pkcs8);
        Public = publicKey;
    }

    /// <summary>The public half.</summary>
    public PublicKeyMaterial Public { get; }

    /// <summary>Family of the key.</summary>
    public KeyAlgorithm Algorithm => Public.Algorithm;

    /// <summary>Size in bits.</summary>
    public int Size => Public.Size;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public string PublicKeySha256 => Public.Sha256;

    /// <summary>Makes a key; RSA of 4096 bits takes up to seconds of processor time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is not one of <see cref="KeySpecification.All"/>.</exception>
    public static PrivateKeyMaterial Generate(KeySpecification specification)
    {
        var pkcs8 = KeyGeneration.GeneratePkcs8(specification);
        try
        {
            return TryReadPkcs8(pkcs8) ?? throw new InvalidOperationException("A key that was just made could not be read.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Reads an unencrypted PKCS#8 PrivateKeyInfo (RFC 5208, RFC 5958).</summary>
    /// <returns>Null when the bytes are no usable private key.</returns>
    public static PrivateKeyMaterial? TryReadPkcs8(ReadOnlySpan<byte> pkcs8)
    {
        var publicKey = KeyGeneration.TryDerivePublicKey(pkcs8);
        if (publicKey is not null) return new PrivateKeyMaterial(pkcs8, publicKey);
        var copy = pkcs8.ToArray();
        var repaired = EcScalar.RepairPkcs8(copy);
        CryptographicOperations.ZeroMemory(copy);
        if (repaired is null || KeyGeneration.TryDerivePublicKey(repaired) is not { } derived) return null;
        var key = new PrivateKeyMaterial(repaired, derived);
        CryptographicOperations.ZeroMemory(repaired);
        return key;
    }

    /// <summary>Returns a copy of the unencrypted PKCS#8; the caller zeroes it.</summary>
    public byte[] ExportPkcs8()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return (byte[])pkcs8.Clone();
    }

    /// <summary>
    /// Returns the unencrypted PKCS#8 as PEM, label <c>PRIVATE KEY</c> (RFC 7468); for files that only their service reads.
    /// </summary>
    public string ExportPem()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return PemEncoding.WriteString("PRIVATE KEY", pkcs8) + "\n";
    }

    /// <summary>
    /// Signs: EC with the digest that fits the curve (SHA-256 for P-256) in DER form, RSA with SHA-256 and PKCS#1 padding,
    /// RSA-PSS as the key demands, else with SHA-256; Ed25519 and Ed448 pure.
    /// </summary>
    /// <exception cref="NotSupportedException">The algorithm is none of these.</exception>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return KeySignatures.Sign(Public, pkcs8, data);
    }

    /// <summary>Joins the key with its certificate, for TLS in this process.</summary>
    /// <exception cref="NotSupportedException">The runtime has no TLS for this algorithm (Ed25519).</exception>
    /// <exception cref="ArgumentException">The certificate belongs to another key.</exception>
    public X509Certificate2 PairWith(ReadOnlySpan<byte> certificateDer)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        using var certificate = X509CertificateLoader.LoadCertificate(certificateDer);
        switch (Algorithm)
        {
            case KeyAlgorithm.Rsa:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportPkcs8PrivateKey(pkcs8, out _);
                    return certificate.CopyWithPrivateKey(rsa);
                }

            case KeyAlgorithm.Ec:
                using (var ec = ECDsa.Create())
                {
                    ec.ImportPkcs8PrivateKey(pkcs8, out _);
                    return certificate.CopyWithPrivateKey(ec);
                }

            default:
                throw new NotSupportedException($"TLS with a key of type {Algorithm} is not available in this process.");
        }
    }

    /// <summary>Returns a copy with its own life time.</summary>
    public PrivateKeyMaterial Clone()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return new PrivateKeyMaterial(pkcs8, Public);
    }

    /// <summary>Gives the bytes to code of this library without a copy.</summary>
    internal ReadOnlySpan<byte> Pkcs8
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return pkcs8;
        }
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(pkcs8);
    }

    /// <summary>Algorithm, size and digest of the public key; never the key.</summary>
    public override string ToString() => $"[private key {Public}]";
}
