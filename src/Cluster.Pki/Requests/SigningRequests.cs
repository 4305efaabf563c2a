using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;

namespace Cluster.Pki.Requests;

/// <summary>Makes and reads certification requests (PKCS#10, RFC 2986).</summary>
public static class SigningRequests
{
    /// <summary>Largest request that is read of somebody who has yet to join, in bytes.</summary>
    public const int MaximumSize = 16 * 1024;

    /// <summary>Makes a request with the names as subject and extension request.</summary>
    public static SigningRequestInfo Create(PrivateKeyMaterial key, RequestedNames names)
    {
        var request = new CertificateRequest(DistinguishedNames.Build(names.Subject), key.Public.ToPublicKey(), HashAlgorithmName.SHA256);
        if (AlternativeNames.Build(names.DnsNames, names.IpAddresses, []) is { } extension) request.CertificateExtensions.Add(extension);
        var der = request.CreateSigningRequest(new KeySignatureGenerator(key));
        return Read(der).Value ?? throw new InvalidOperationException("A request that was just made could not be read.");
    }

    /// <summary>Makes a request that carries nothing but the public key, as a machine sends it for its identity.</summary>
    public static SigningRequestInfo CreateForIdentity(PrivateKeyMaterial key, string commonName)
    {
        var request = new CertificateRequest(
            DistinguishedNames.Build(new SubjectName { CommonName = commonName }), key.Public.ToPublicKey(), HashAlgorithmName.SHA256);
        return Read(request.CreateSigningRequest(new KeySignatureGenerator(key))).Value
            ?? throw new InvalidOperationException("A request that was just made could not be read.");
    }

    /// <summary>Reads one request of at most 16 KiB, DER or PEM, and verifies its proof of possession.</summary>
    /// <returns>Errors: <c>request-too-large</c>, <c>request-damaged</c>, <c>request-signature-invalid</c>.</returns>
    public static PkiResult<SigningRequestInfo> Read(ReadOnlySpan<byte> pemOrDer) =>
        SigningRequestDecoder.Read(pemOrDer, MaximumSize, static _ => null);

    /// <summary>As above, with a bound of one's own.</summary>
    /// <param name="pemOrDer">The request.</param>
    /// <param name="maximumSize">Most bytes that are read.</param>
    /// <param name="mayVerify">Says why a signature of a key is not verified; null = it is.</param>
    internal static PkiResult<SigningRequestInfo> Read(
        ReadOnlySpan<byte> pemOrDer, int maximumSize, Func<PublicKeyMaterial, PkiError?> mayVerify) =>
        SigningRequestDecoder.Read(pemOrDer, maximumSize, mayVerify);
}
