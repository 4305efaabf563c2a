using System.Security.Cryptography;
using Org.BouncyCastle.Asn1.Pkcs;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Cluster.Pki.Keys;

/// <summary>Signs and verifies with the one scheme that each kind of key has here.</summary>
internal static class KeySignatures
{
    public static byte[] Sign(PublicKeyMaterial key, ReadOnlySpan<byte> pkcs8, ReadOnlySpan<byte> data)
    {
        switch (key.Algorithm)
        {
            case KeyAlgorithm.Rsa:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportPkcs8PrivateKey(pkcs8, out _);
                    return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

            case KeyAlgorithm.Ec:
                using (var ec = ECDsa.Create())
                {
                    ec.ImportPkcs8PrivateKey(pkcs8, out _);
                    return ec.SignData(data, DigestForCurve(ec.KeySize), DSASignatureFormat.Rfc3279DerSequence);
                }

            case KeyAlgorithm.RsaPss:
                return Sign((key.Pss ?? PssParameters.Usual).ToSigner(), RsaKey(pkcs8), data);
            case KeyAlgorithm.Ed25519:
                return Sign(new Ed25519Signer(), PrivateKeyFactory.CreateKey(pkcs8.ToArray()), data);
            case KeyAlgorithm.Ed448:
                return Sign(new Ed448Signer([]), PrivateKeyFactory.CreateKey(pkcs8.ToArray()), data);
            default:
                throw new NotSupportedException($"Keys of type {key.Algorithm} do not sign here.");
        }
    }

    private static byte[] Sign(ISigner signer, ICipherParameters key, ReadOnlySpan<byte> data)
    {
        signer.Init(true, key);
        signer.BlockUpdate(data);
        return signer.GenerateSignature();
    }

    // The library does not know the identifier of keys that are restricted to PSS.
    private static RsaPrivateCrtKeyParameters RsaKey(ReadOnlySpan<byte> pkcs8)
    {
        var inner = RsaNumbers.Inner(pkcs8);
        var numbers = RsaPrivateKeyStructure.GetInstance(inner);
        CryptographicOperations.ZeroMemory(inner);
        return new RsaPrivateCrtKeyParameters(numbers);
    }

    public static bool Verify(PublicKeyMaterial key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            switch (key.Algorithm)
            {
                case KeyAlgorithm.Rsa:
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
                        return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                    }

                case KeyAlgorithm.Ec:
                    using (var ec = ECDsa.Create())
                    {
                        ec.ImportSubjectPublicKeyInfo(key.SpelledOut.Span, out _);
                        return ec.VerifyData(data, signature, DigestForCurve(ec.KeySize), DSASignatureFormat.Rfc3279DerSequence);
                    }

                case KeyAlgorithm.RsaPss:
                    return Verify((key.Pss ?? PssParameters.Usual).ToSigner(), key, data, signature);
                case KeyAlgorithm.Ed25519:
                    return VerifyEd25519(key, data, signature);
                case KeyAlgorithm.Ed448:
                    return Verify(new Ed448Signer([]), key, data, signature);
                default:
                    return false;
            }
        }
        catch (Exception e) when (e is CryptographicException or CryptoException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Verifies by a signer that takes the public key as the library reads it.</summary>
    internal static bool Verify(ISigner verifier, PublicKeyMaterial key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        verifier.Init(false, PublicKeyFactory.CreateKey(key.SubjectPublicKeyInfo.ToArray()));
        verifier.BlockUpdate(data);
        return verifier.VerifySignature(signature.ToArray());
    }

    public static HashAlgorithmName DigestForCurve(int bits) => bits switch
    {
        <= 256 => HashAlgorithmName.SHA256,
        <= 384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    internal static bool VerifyEd25519(PublicKeyMaterial key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Ed25519PrivateKeyParameters.SignatureSize) return false;
        var verifier = new Ed25519Signer();
        verifier.Init(
            false, new Ed25519PublicKeyParameters(key.SubjectPublicKeyInfo.Span[^Ed25519PublicKeyParameters.KeySize..].ToArray()));
        verifier.BlockUpdate(data);
        return verifier.VerifySignature(signature.ToArray());
    }
}
