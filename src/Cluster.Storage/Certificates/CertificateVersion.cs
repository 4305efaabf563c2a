using Cluster.Contracts.Certificates;
using Cluster.Contracts.Levels;

namespace Cluster.Storage.Certificates;

/// <summary>One immutable content of a certificate; outside revisions. Numbered per name and level, continuing after delete.</summary>
public sealed class CertificateVersion
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    public required LevelKind LevelKind { get; init; }

    /// <summary>Id of the group or machine; the cluster's id at cluster level.</summary>
    public required Guid LevelId { get; init; }

    public required string Name { get; init; }

    /// <summary>Number, 1 or higher.</summary>
    public required int Number { get; init; }

    /// <summary>Where it came from.</summary>
    public required CertificateSource Source { get; init; }

    public required KeyCustody Custody { get; init; }

    /// <summary>The leaf, DER; null once destroyed with custody of the host.</summary>
    public required byte[] Leaf { get; init; }

    /// <summary>The intermediates in order, each preceded by its length as four big-endian bytes.</summary>
    public required byte[] Chain { get; init; }

    /// <summary>Hash of the leaf.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Hash of the leaf's public key: names the key.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>End of validity of the leaf.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>When it became durable.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was marked compromised; blocks every way back to it.</summary>
    public DateTimeOffset? CompromisedAt { get; set; }

    /// <summary>When it was destroyed; the row stays so that its number is never used again.</summary>
    public DateTimeOffset? DestroyedAt { get; set; }
}

/// <summary>A private key, sealed; one row per cluster and public key.</summary>
public sealed class StoredKey
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>Hash of the public key, lower-case hex.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Algorithm: <c>rsa</c>, <c>ec</c> or <c>ed25519</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>Size in bits.</summary>
    public required int Size { get; init; }

    /// <summary>Sealed PKCS#8; null once destroyed.</summary>
    public byte[]? Sealed { get; set; }

    /// <summary>When it became durable.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DestroyedAt { get; set; }
}

/// <summary>A signing request: durable, outside change sets.</summary>
public sealed class SigningRequestRecord
{
    public required Guid Id { get; init; }

    public required Guid ClusterId { get; init; }

    public required LevelKind LevelKind { get; init; }

    /// <summary>Id of the group or machine; the cluster's id at cluster level.</summary>
    public required Guid LevelId { get; init; }

    /// <summary>Name of the certificate that it is for; no such certificate need exist.</summary>
    public required string Name { get; init; }

    /// <summary>The PKCS#10 request, DER.</summary>
    public required byte[] Request { get; init; }

    /// <summary>Hash of its public key: names the key.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>Where it stands.</summary>
    public required SigningRequestState State { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Custody ledger: which machine ever received which key; written before the key is sent.</summary>
public sealed class KeyDelivery
{
    /// <summary>Cluster of the machine.</summary>
    public required Guid ClusterId { get; init; }

    public required Guid MachineId { get; init; }

    /// <summary>Hash of the public key.</summary>
    public required string PublicKeySha256 { get; init; }

    public required DateTimeOffset First { get; init; }

    public required DateTimeOffset Last { get; set; }
}
