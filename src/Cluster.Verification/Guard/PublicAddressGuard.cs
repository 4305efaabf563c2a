using System.Net;
using System.Net.Sockets;

namespace Cluster.Verification.Guard;

/// <summary>
/// Allows only addresses of the public internet: whoever owns a domain decides what its names lead to, and must not reach what stands
/// behind the host (the special purpose registries of RFC 6890).
/// </summary>
public sealed class PublicAddressGuard : IOutboundGuard
{
    private static readonly IPNetwork[] Others =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Everything that is given to anybody so far, without what stands for IPv4 addresses or for documentation.
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] OtherGlobal =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    /// <inheritdoc/>
    public string? Refuse(IPEndPoint target)
    {
        var address = target.Address.IsIPv4MappedToIPv6 ? target.Address.MapToIPv4() : target.Address;
        var allowed = address.AddressFamily == AddressFamily.InterNetwork
            ? !Others.Any(n => n.Contains(address))
            : Global.Contains(address) && !OtherGlobal.Any(n => n.Contains(address));
        return allowed ? null : $"{address} is no public address.";
    }
}
