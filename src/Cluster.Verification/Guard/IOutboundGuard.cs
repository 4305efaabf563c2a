using System.Net;

namespace Cluster.Verification.Guard;

/// <summary>Decides whether a connection to an address may be opened; every socket of a test asks it first.</summary>
public interface IOutboundGuard
{
    /// <summary>Why the connection is refused; null when it is allowed.</summary>
    string? Refuse(IPEndPoint target);
}
