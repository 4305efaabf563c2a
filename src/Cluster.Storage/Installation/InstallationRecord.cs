namespace Cluster.Storage.Installation;

/// <summary>The one row that says that this database belongs to an installation.</summary>
public sealed class InstallationRecord
{
    public required Guid Id { get; init; }

    /// <summary>When the first manager started on the empty database.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A known text sealed under the key-encryption key: proves that a manager holds the right one.</summary>
    public required byte[] KeyCheck { get; set; }

    /// <summary>
    /// The installation's own secret (32 bytes), sealed: keys of audit chains and MACs are derived from it, so they outlive every
    /// key-encryption key.
    /// </summary>
    public required byte[] SealedSecret { get; set; }

    /// <summary>Always 1; unique, so that there is one installation whoever starts first.</summary>
    public int Singleton { get; init; } = 1;

    /// <summary>
    /// Grows with every change outside clusters that other managers should notice; compared every 2 s, as each cluster's own.
    /// </summary>
    public long ChangeCounter { get; set; }

    /// <summary>Number of the newest trust set.</summary>
    public long TrustSetNumber { get; set; }
}

/// <summary>A certificate of the control CA with its sealed key.</summary>
public sealed class ControlCertificate
{
    public required Guid Id { get; init; }

    public required ControlRole Role { get; init; }

    /// <summary>The certificate, DER.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>Hash of its public key, lower-case hex.</summary>
    public required string PublicKeySha256 { get; init; }

    /// <summary>The sealed PKCS#8 key; null when the root is kept offline.</summary>
    public byte[]? SealedKey { get; set; }

    /// <summary>End of validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>When it was retired; null while in use.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}

/// <summary>Roles in the control CA.</summary>
public enum ControlRole
{
    /// <summary>The pinned root.</summary>
    Root,

    /// <summary>Issues machine identities.</summary>
    AgentIssuer,

    /// <summary>Issues the managers' server certificates.</summary>
    ServerIssuer,

    /// <summary>Issues signer leaves.</summary>
    SignerIssuer,

    /// <summary>Signs assignments, removals and trust sets; no TLS port uses its key.</summary>
    Signer,
}

/// <summary>A signed trust set, kept for ever: agents walk from the one they know to the newest.</summary>
public sealed class TrustSetRecord
{
    /// <summary>Number, 1 or higher.</summary>
    public required long Number { get; init; }

    /// <summary>Serialised SignedTrustSet of the agent protocol.</summary>
    public required byte[] Signed { get; init; }

    public required DateTimeOffset At { get; init; }
}
