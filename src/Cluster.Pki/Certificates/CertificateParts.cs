namespace Cluster.Pki.Certificates;

/// <summary>Encoded parts of a certificate, for comparing names and verifying signatures.</summary>
internal sealed record CertificateParts(
    ReadOnlyMemory<byte> Subject,
    ReadOnlyMemory<byte> Issuer,
    ReadOnlyMemory<byte> SignedBytes,
    ReadOnlyMemory<byte> SignatureAlgorithm,
    ReadOnlyMemory<byte> Signature);
