using Cluster.Contracts.Findings;
using Cluster.Contracts.Settings;

namespace Cluster.Contracts.Certificates;

/// <summary>A certificate: the item at its level and the version that it points to.</summary>
public sealed record CertificateShape
{
    /// <summary>Name by which settings refer to it.</summary>
    public required string Name { get; init; }

    /// <summary>Level that defines it.</summary>
    public required string Level { get; init; }

    /// <summary>True when the name is hidden at this level; then nothing else is shown.</summary>
    public bool? Hidden { get; init; }

    /// <summary>Number of the version; absent in a dry run that would make one.</summary>
    public int? Version { get; init; }

    /// <summary>Where the version came from.</summary>
    public CertificateSource? Source { get; init; }

    /// <summary>Who has the private key.</summary>
    public KeyCustody? Custody { get; init; }

    /// <summary>Distinguished name as text (RFC 4514); empty = the names stand in the SAN only.</summary>
    public string? Subject { get; init; }

    /// <summary>Distinguished name of who signed it, as text (RFC 4514).</summary>
    public string? Issuer { get; init; }

    /// <summary>Serial number, lower-case hex.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>SAN dNSName entries.</summary>
    public IReadOnlyList<string>? DnsNames { get; init; }

    /// <summary>SAN iPAddress entries.</summary>
    public IReadOnlyList<string>? IpAddresses { get; init; }

    /// <summary>Begin of validity.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>End of validity.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Algorithm of the key: rsa, ec, ed25519, or another name in imported certificates.</summary>
    public string? KeyAlgorithm { get; init; }

    /// <summary>Size of the key in bits.</summary>
    public int? KeySize { get; init; }

    /// <summary>SHA-256 of the leaf, lower-case hex.</summary>
    public string? Sha256 { get; init; }

    /// <summary>SHA-256 of the leaf's SubjectPublicKeyInfo, lower-case hex.</summary>
    public string? PublicKeySha256 { get; init; }

    /// <summary>Whether the private key is there.</summary>
    public bool? HasPrivateKey { get; init; }

    /// <summary>Intermediates in the order in which they are served.</summary>
    public IReadOnlyList<ChainCertificateShape>? Chain { get; init; }

    /// <summary>Whether a signing request of this name and level is open.</summary>
    public SigningRequestPresence? SigningRequest { get; init; }

    /// <summary>What is found about it now.</summary>
    public IReadOnlyList<CertificateFindingShape>? Findings { get; init; }

    /// <summary>
    /// What peers will notice against the version that it takes the place of; only in the answer to an import, a signed upload or a
    /// restore that points to another version.
    /// </summary>
    public ReplacedVersionShape? Replaces { get; init; }

    /// <summary>Muted warnings, as written.</summary>
    public IReadOnlyList<MutedFinding>? MutedFindings { get; init; }

    /// <summary>Labels, as written.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>An intermediate.</summary>
public sealed record ChainCertificateShape
{
    /// <summary>Distinguished name as text (RFC 4514); empty = the names stand in the SAN only.</summary>
    public required string Subject { get; init; }

    /// <summary>Distinguished name of who signed it, as text (RFC 4514).</summary>
    public required string Issuer { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>SHA-256 of the DER, lower-case hex.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>A finding about one certificate.</summary>
public sealed record CertificateFindingShape
{
    /// <summary>Stable code.</summary>
    public required string Code { get; init; }

    /// <summary>How bad it is.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>What was found.</summary>
    public required string Message { get; init; }

    /// <summary>What to do.</summary>
    public required string Hint { get; init; }

    /// <summary>True when muted.</summary>
    public bool? Muted { get; init; }
}

/// <summary>One content of a certificate: leaf, chain, and whether its key is kept. It never changes.</summary>
public sealed record CertificateVersionShape
{
    /// <summary>Number, 1 or higher.</summary>
    public required int Version { get; init; }

    /// <summary>Where it came from.</summary>
    public required CertificateSource Source { get; init; }

    /// <summary>Whether the item points to it.</summary>
    public required bool Current { get; init; }

    /// <summary>Distinguished name as text (RFC 4514); empty = the names stand in the SAN only.</summary>
    public required string Subject { get; init; }

    /// <summary>Distinguished name of who signed it, as text (RFC 4514).</summary>
    public required string Issuer { get; init; }

    /// <summary>Serial number, lower-case hex.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Begin of validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>SHA-256 of the leaf, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 of the leaf's SubjectPublicKeyInfo, lower-case hex.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Whether the private key is there.</summary>
    public required bool HasPrivateKey { get; init; }

    /// <summary>Intermediates in the order in which they are served.</summary>
    public required IReadOnlyList<ChainCertificateShape> Chain { get; init; }

    /// <summary>When it became durable.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was marked compromised; absent = not.</summary>
    public DateTimeOffset? CompromisedAt { get; init; }

    /// <summary>When it was destroyed; absent = not.</summary>
    public DateTimeOffset? DestroyedAt { get; init; }

    /// <summary>Machines that ever received its key; only where it was just marked compromised or is shown alone.</summary>
    public IReadOnlyList<KeyHolderShape>? HeldBy { get; init; }
}
