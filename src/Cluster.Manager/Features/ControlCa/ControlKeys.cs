using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>A certificate of the control CA together with its key.</summary>
internal sealed record ControlPair(CertificateInfo Certificate, PrivateKeyMaterial Key);

/// <summary>The control CA as this manager works with it: opened once at start, from the database.</summary>
internal sealed record ControlKeys
{
    public required Guid InstallationId { get; init; }

    /// <summary>The pinned root; its key is not needed while running.</summary>
    public required CertificateInfo Root { get; init; }

    /// <summary>Issues machine identities.</summary>
    public required ControlPair Agents { get; init; }

    /// <summary>Issues server certificates of managers.</summary>
    public required ControlPair Servers { get; init; }

    /// <summary>Signs assignments, removals and trust sets.</summary>
    public required ControlPair Signer { get; init; }

    /// <summary>Number of the newest trust set.</summary>
    public required long TrustSetNumber { get; init; }

    /// <summary>The newest trust set: serialised SignedTrustSet.</summary>
    public required byte[] TrustSet { get; init; }
}
