using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Pkcs;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Cluster.Pki.Keys;

/// <summary>Makes PKCS#8 keys and derives public keys from them.</summary>
internal static class KeyGeneration
{
    /// <summary>Largest private key that is read, in bytes: RSA of 16,384 bits takes 9 KiB.</summary>
    public const int MaximumSize = 16 * 1024;

    public static byte[] GeneratePkcs8(KeySpecification specification)
    {
        if (!specification.IsSupported)
            throw new ArgumentOutOfRangeException(nameof(specification), specification, "Not a kind of key that can be made.");
        switch (specification.Algorithm)
        {
            case KeyAlgorithm.Rsa:
                using (var rsa = RSA.Create(specification.Size)) return rsa.ExportPkcs8PrivateKey();
            case KeyAlgorithm.Ec:
                using (var ec = ECDsa.Create(Curve(specification.Size)))
                    return ec.ExportPkcs8PrivateKey();
            default:
                return Ed25519Pkcs8(RandomNumberGenerator.GetBytes(Ed25519PrivateKeyParameters.KeySize));
        }
    }

    private static ECCurve Curve(int size) => size switch
    {
        256 => ECCurve.NamedCurves.nistP256,
        384 => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };

    /// <summary>Derives the public key; null when the bytes are no usable private key.</summary>
    public static PublicKeyMaterial? TryDerivePublicKey(ReadOnlySpan<byte> pkcs8)
    {
        if (pkcs8.Length > MaximumSize) return null;
        try
        {
            var bytes = TryAlgorithm(pkcs8) switch
            {
                Oids.Rsa or Oids.RsaPss => RsaNumbers.PublicInfo(pkcs8.ToArray()),
                Oids.Ec => EcPublic(pkcs8),
                Oids.Ed25519 or Oids.Ed448 => BouncyPublic(pkcs8),
                _ => null,
            };
            return bytes is null ? null : PublicKeyMaterial.TryRead(bytes);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Foreign bytes go through two parsers here that throw many kinds of exceptions, some of them undocumented.
            return null;
        }
    }

    private static string? TryAlgorithm(ReadOnlySpan<byte> pkcs8)
    {
        var outer = new AsnReader(pkcs8.ToArray(), AsnEncodingRules.BER);
        var info = outer.ReadSequence();
        if (outer.HasData) return null;
        info.ReadInteger();
        var algorithm = info.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        // Curves that are spelled out instead of named (RFC 5480, 2.1.1 forbids it) are refused by peers.
        return oid == Oids.Ec && !(algorithm.HasData && algorithm.PeekTag().HasSameClassAndValue(Asn1Tag.ObjectIdentifier)) ? null : oid;
    }

    private static byte[]? EcPublic(ReadOnlySpan<byte> pkcs8)
    {
        using var ec = ECDsa.Create();
        ec.ImportPkcs8PrivateKey(pkcs8, out var read);
        return read == pkcs8.Length ? ec.ExportSubjectPublicKeyInfo() : null;
    }

    private static byte[]? BouncyPublic(ReadOnlySpan<byte> pkcs8)
    {
        var key = PrivateKeyFactory.CreateKey(pkcs8.ToArray());
        AsymmetricKeyParameter? publicKey = key switch
        {
            Ed25519PrivateKeyParameters ed => ed.GeneratePublicKey(),
            Ed448PrivateKeyParameters ed => ed.GeneratePublicKey(),
            _ => null,
        };
        return publicKey is null ? null : SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(publicKey).GetDerEncoded();
    }

    private static byte[] Ed25519Pkcs8(byte[] seed)
    {
        // Version 1 without the optional public key: what OpenSSL, GnuTLS and Postfix read everywhere (RFC 8410, 7).
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence()) writer.WriteObjectIdentifier(Oids.Ed25519);
            using (writer.PushOctetString()) writer.WriteOctetString(seed);
        }

        CryptographicOperations.ZeroMemory(seed);
        return writer.Encode();
    }
}
