namespace Cluster.Contracts.Bundles;

/// <summary>A certificate as a service installs it.</summary>
public sealed record PartCertificate
{
    /// <summary>Leaf first, then the intermediates in order, each DER in base64; no root.</summary>
    public required IReadOnlyList<string> Chain { get; init; }

    /// <summary>Hash of the leaf's SubjectPublicKeyInfo: names the private key.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Hash of the leaf's DER: what the handshake must show.</summary>
    public required string Sha256 { get; init; }
}
