namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>How a message came.</summary>
internal enum Delivery
{
    Nowhere,
    InClear,
    Encrypted,

    /// <summary>Encrypted, and the log says that the server is who it should be.</summary>
    Verified,
}
