using Cluster.Agent.State;
using Cluster.Contracts.Files;
using Cluster.Protocol.V1;
using Google.Protobuf;

namespace Cluster.Agent.Trust;

/// <summary>
/// One process's own copy of the trust set on disk; the session process and the apply process each keep and check theirs.
/// </summary>
internal sealed class TrustStore(string directory, FileOwner? owner)
{
    private string FilePath => Path.Combine(directory, "trust-set");

    /// <summary>The newest one that was taken; null when the host never joined.</summary>
    /// <exception cref="DamagedStateException">It cannot be read.</exception>
    public TrustedSet? Load()
    {
        if (SealedFile.ReadBytes(FilePath) is not { } bytes) return null;
        return TrustedSet.Stored(bytes) ?? throw new DamagedStateException($"{FilePath} holds no trust set.");
    }

    /// <summary>Stores one that was checked.</summary>
    /// <exception cref="IOException">The disk is full or the file system refuses; the older one is still there.</exception>
    public void Save(TrustedSet set) => SealedFile.WriteBytes(FilePath, set.Signed.ToByteArray(), owner);

    /// <summary>Takes a newer set if it is rightly signed, and stores it.</summary>
    /// <returns>The set to go on with.</returns>
    public TrustedSet TakeNewer(TrustedSet current, SignedTrustSet offered)
    {
        if (current.Advance(offered) is not { } newer) return current;
        Save(newer);
        return newer;
    }
}
