using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;

namespace Cluster.Domain.Bundles;

/// <summary>Finds the content of a certificate's version at the level that defines the certificate.</summary>
/// <param name="levelKind">Kind of the level.</param>
/// <param name="levelId">Id of the level.</param>
/// <param name="name">Name of the certificate.</param>
/// <param name="version">Number of the version.</param>
/// <returns>Null when there is no such version.</returns>
public delegate CertificateContent? CertificateLookup(LevelKind levelKind, Guid levelId, string name, int version);

/// <summary>The content of one version of a certificate.</summary>
public sealed record CertificateContent
{
    /// <summary>The leaf, DER.</summary>
    public required ReadOnlyMemory<byte> Leaf { get; init; }

    /// <summary>The intermediates in order, DER; no root.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Chain { get; init; }

    /// <summary>SHA-256 of the leaf, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Names leaf and chain together: equal contents have equal ids.</summary>
    public string ContentId
    {
        get => field ??= CanonicalJson.Sha256($"{Sha256}|{string.Join('|', Chain.Select(c => CanonicalJson.Sha256(c.Span)))}");
        init;
    }

    /// <summary>SHA-256 of the leaf's SubjectPublicKeyInfo, lower-case hex: names the private key.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Whether a private key for it exists and is not destroyed.</summary>
    public required bool HasPrivateKey { get; init; }

    /// <summary>
    /// Hash of the public half of the stored private key; null = not stored, or the same as <see cref="PublicKeySha256"/>.
    /// </summary>
    public string? KeyPublicSha256 { get; init; }

    /// <summary>End of validity of the leaf.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Where the version came from; null = does not matter to who asks.</summary>
    public CertificateSource? Source { get; init; }

    /// <summary>Whether it, or another version of its key, was marked compromised.</summary>
    public bool Compromised { get; init; }

    /// <summary>Whether it was destroyed.</summary>
    public bool Destroyed { get; init; }
}
