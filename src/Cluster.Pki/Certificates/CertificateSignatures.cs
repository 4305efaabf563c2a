using System.Security.Cryptography;
using Cluster.Pki.Keys;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Security;

namespace Cluster.Pki.Certificates;

/// <summary>Verifies signatures over certificates and requests.</summary>
internal static class CertificateSignatures
{
    public static bool IsSignedBy(CertificateInfo certificate, PublicKeyMaterial key) =>
        Verify(
            certificate.SignatureAlgorithmOid,
            certificate.Parts.SignatureAlgorithm,
            key,
            certificate.Parts.SignedBytes.Span,
            certificate.Parts.Signature.Span);

    public static bool Verify(
        string algorithm, ReadOnlyMemory<byte> identifier, PublicKeyMaterial key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            var digest = SignatureAlgorithms.Digest(algorithm);
            return (key.Algorithm, digest.Name) switch
            {
                (KeyAlgorithm.Rsa, not null) when algorithm.StartsWith("1.2.840.113549.", StringComparison.Ordinal) =>
                    VerifyRsa(key, data, signature, digest),
                (KeyAlgorithm.Ec, not null) when algorithm.StartsWith("1.2.840.10045.", StringComparison.Ordinal) =>
                    VerifyEc(key, data, signature, digest),
                (KeyAlgorithm.Ed25519, _) => algorithm == Oids.Ed25519 && KeySignatures.VerifyEd25519(key, data, signature),
                (KeyAlgorithm.Rsa or KeyAlgorithm.RsaPss, _) when algorithm == Oids.RsaPss =>
                    PssParameters.TryRead(identifier) is { } pss && KeySignatures.Verify(pss.ToSigner(), key, data, signature),
                _ => VerifyOther(identifier, key, data, signature),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Foreign keys and parameters go through two libraries here that throw many kinds of exceptions, some of them undocumented.
            return false;
        }
    }

    private static bool VerifyRsa(PublicKeyMaterial key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName digest)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo.Span, out _);
        return rsa.VerifyData(data, signature, digest, RSASignaturePadding.Pkcs1);
    }

    private static bool VerifyEc(PublicKeyMaterial key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName digest)
    {
        using var ec = ECDsa.Create();
        ec.ImportSubjectPublicKeyInfo(key.SpelledOut.Span, out _);
        return ec.VerifyData(data, signature, digest, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static bool VerifyOther(
        ReadOnlyMemory<byte> identifier, PublicKeyMaterial key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        // DSA, Ed448 and SHA-224: the runtime has no verifier that takes the identifier as it stands.
        var publicKey = PublicKeyFactory.CreateKey(key.SubjectPublicKeyInfo.ToArray());
        var factory = new Asn1VerifierFactory(AlgorithmIdentifier.GetInstance(identifier.ToArray()), publicKey);
        var calculator = factory.CreateCalculator();
        using (var stream = calculator.Stream) stream.Write(data);
        return calculator.GetResult().IsVerified(signature.ToArray());
    }
}
