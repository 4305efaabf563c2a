using System.Security.Cryptography;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Files;

namespace Cluster.Agent.State;

/// <summary>
/// The identities of a host. A renewed one stands beside the one in use until a manager has welcomed it; a departed one is kept
/// for its key, which proves who comes back. No failure deletes any of them.
/// </summary>
internal sealed class IdentityStore(StateDirectory directory, FileOwner? owner)
{
    private string CurrentFile => Path.Combine(directory.Session, "identity.json");

    private string NextFile => Path.Combine(directory.Session, "identity.next.json");

    private string DepartedFile => Path.Combine(directory.Session, "identity.departed.json");

    private string PendingFile => Path.Combine(directory.Session, "pending-key.json");

    /// <summary>The identity in use; null when the host is in no cluster.</summary>
    /// <exception cref="DamagedStateException">There is one, but it cannot be read.</exception>
    public Identity? Current() => SealedFile.Read(CurrentFile, AgentJson.Default.Identity);

    /// <summary>A renewed one that no manager has welcomed yet; null when there is none.</summary>
    /// <exception cref="DamagedStateException">As above.</exception>
    public Identity? Next() => SealedFile.Read(NextFile, AgentJson.Default.Identity);

    /// <summary>The last identity of a host that left; null when it never did.</summary>
    /// <exception cref="DamagedStateException">As above.</exception>
    public Identity? Departed() => SealedFile.Read(DepartedFile, AgentJson.Default.Identity);

    /// <summary>Stores the identity of a join, recovery or rejoin as the one in use.</summary>
    public void SaveCurrent(Identity identity)
    {
        SealedFile.Write(CurrentFile, identity, AgentJson.Default.Identity, owner);
        AtomicFile.Delete(NextFile);
        Failpoint.Reach(FailpointNames.IdentityStored);
        AtomicFile.Delete(PendingFile);
    }

    /// <summary>Stores a renewed identity beside the one in use.</summary>
    public void SaveNext(Identity identity)
    {
        SealedFile.Write(NextFile, identity, AgentJson.Default.Identity, owner);
        Failpoint.Reach(FailpointNames.RenewalStored);
        AtomicFile.Delete(PendingFile);
    }

    /// <summary>A manager has welcomed the renewed identity: it replaces the old one in one rename.</summary>
    public void PromoteNext(uint generation)
    {
        try
        {
            if (Next()?.Generation != generation) return;
        }
        catch (DamagedStateException)
        {
            return;
        }

        File.Move(NextFile, CurrentFile, overwrite: true);
        AtomicFile.FlushDirectory(directory.Session);
        Failpoint.Reach(FailpointNames.RenewalPromoted);
    }

    /// <summary>The host has left: the newest identity is kept for its key only.</summary>
    public void Depart()
    {
        if (File.Exists(NextFile)) File.Move(NextFile, CurrentFile, overwrite: true);
        if (File.Exists(CurrentFile)) File.Move(CurrentFile, DepartedFile, overwrite: true);
        AtomicFile.FlushDirectory(directory.Session);
    }

    /// <summary>
    /// The key to ask for an identity with: the one that was made before if it was for the same token, else a new one, durable
    /// before it is used.
    /// </summary>
    public PendingKey KeyFor(string tokenSha256)
    {
        var pending = TryReadPending();
        if (pending is not null && pending.TokenSha256 == tokenSha256) return pending;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        pending = new PendingKey { Key = key.ExportPkcs8PrivateKey(), TokenSha256 = tokenSha256 };
        SealedFile.Write(PendingFile, pending, AgentJson.Default.PendingKey, owner);
        Failpoint.Reach(FailpointNames.PendingKeyStored);
        return pending;
    }

    // A damaged pending key costs nothing but a new one: nobody has certified it, or the answer never came.
    private PendingKey? TryReadPending()
    {
        try
        {
            return SealedFile.Read(PendingFile, AgentJson.Default.PendingKey);
        }
        catch (DamagedStateException)
        {
            return null;
        }
    }
}
