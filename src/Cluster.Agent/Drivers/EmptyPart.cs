using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Drivers;

/// <summary>Settings that set nothing.</summary>
internal static class EmptyPart
{
    /// <summary>Makes them.</summary>
    public static ServicePart Of(string driver) => new()
    {
        SchemaVersion = Kinds.SchemaVersion,
        Driver = driver,
        Listeners = new Dictionary<string, Listener>(),
        MailFlowPolicies = new Dictionary<string, MailFlowPolicy>(),
        DestinationControls = new Dictionary<string, DestinationControl>(),
        Certificates = new Dictionary<string, PartCertificate>(),
    };
}

/// <summary>No keys: those of the live generation are enough.</summary>
internal sealed class NoKeys : IPrivateKeys
{
    /// <summary>The only one.</summary>
    public static NoKeys Instance { get; } = new();

    /// <inheritdoc/>
    public byte[]? Find(string publicKeySha256) => null;
}
