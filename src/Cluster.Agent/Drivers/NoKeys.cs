namespace Cluster.Agent.Drivers;

/// <summary>No keys: those of the live generation are enough.</summary>
internal sealed class NoKeys : IPrivateKeys
{
    public static NoKeys Instance { get; } = new();

    /// <inheritdoc/>
    public byte[]? Find(string publicKeySha256) => null;
}
