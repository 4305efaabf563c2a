using System.Security.Cryptography.X509Certificates;
using Cluster.Verification.Guard;

namespace Cluster.Verification.Published;

/// <summary>Where policies are fetched from and whose certificates count: as it is made, the public internet by the host's trust.</summary>
internal sealed record PublishedReach
{
    private const int HttpsPort = 443;

    /// <summary>TCP port; 443 everywhere but in tests.</summary>
    public int Port { get; init; } = HttpsPort;

    /// <summary>Authorities that count instead of those of the host; null = those of the host.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Decides about each address.</summary>
    public IOutboundGuard Guard { get; init; } = new PublicAddressGuard();
}
