using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace Cluster.Pki.Keys;

/// <summary>Signs and verifies with the one scheme that each kind of key has here.</summary>
internal static class KeySignatures
{
    public static byte[] Sign(KeyAlgorithm algorithm, ReadOnlySpan<byte> pkcs8, ReadOnlySpan<byte> data)
    {
        switch (algorithm)
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

            case KeyAlgorithm.Ed25519:
                var signer = new Ed25519Signer();
                signer.Init(true, PrivateKeyFactory.CreateKey(pkcs8.ToArray()));
                signer.BlockUpdate(data);
                return signer.GenerateSignature();
            default:
                throw new NotSupportedException($"Keys of type {algorithm} do not sign here.");
        }
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
                        ec.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
                        return ec.VerifyData(data, signature, DigestForCurve(ec.KeySize), DSASignatureFormat.Rfc3279DerSequence);
                    }

                case KeyAlgorithm.Ed25519:
                    return VerifyEd25519(key, data, signature);
                default:
                    return false;
            }
        }
        catch (CryptographicException)
        {
            return false;
        }
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
