using Cluster.Pki.Certificates;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Protocol.V1;
using MachineNames = Cluster.Pki.Issuing.IdentityOrder;

namespace Cluster.Manager.Features.ControlCa;

/// <summary>The running control CA: issues identities and server certificates, and signs statements.</summary>
internal sealed class ControlAuthority(TimeProvider clock) : IDisposable
{
    private ControlKeys? keys;
    private StatementSigner? signer;

    /// <summary>The opened keys.</summary>
    /// <exception cref="InvalidOperationException">The control CA has not been opened.</exception>
    public ControlKeys Keys => keys ?? throw new InvalidOperationException("The control CA is opened at start, before any port.");

    /// <summary>Signs assignments, removals and trust sets.</summary>
    public StatementSigner Signer => signer ?? throw new InvalidOperationException("The control CA is opened at start, before any port.");

    /// <summary>What a join command carries: the hash of the root's public key.</summary>
    public string Pin => $"sha256:{Keys.Root.PublicKeySha256}";

    /// <summary>The newest trust set, as agents get it.</summary>
    public SignedTrustSet TrustSet => SignedTrustSet.Parser.ParseFrom(Keys.TrustSet);

    /// <summary>Takes the opened keys; called once, before a port listens.</summary>
    public void Open(ControlKeys opened)
    {
        keys = opened;
        signer = new StatementSigner(opened.Signer);
    }

    /// <summary>Takes a newer trust set.</summary>
    public void Use(long number, byte[] signed)
    {
        if (number > Keys.TrustSetNumber) keys = Keys with { TrustSetNumber = number, TrustSet = signed };
    }

    /// <summary>Issues a machine's identity.</summary>
    public CertificateInfo IssueMachine(PublicKeyMaterial key, Guid clusterId, Guid machineId, TimeSpan lifetime) =>
        Pki.Issuing.ControlCa.IssueMachine(
            Keys.Agents.Certificate, Keys.Agents.Key, key, new MachineNames(clusterId, machineId, lifetime), clock.GetUtcNow());

    /// <summary>Issues a server certificate for one of the managers' ports.</summary>
    public CertificateInfo IssueServer(PublicKeyMaterial key, ServerNames names, TimeSpan lifetime) =>
        Pki.Issuing.ControlCa.IssueServer(Keys.Servers.Certificate, Keys.Servers.Key, key, names, clock.GetUtcNow(), lifetime);

    public void Dispose() => signer?.Dispose();
}
