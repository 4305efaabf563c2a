using System.Net;
using System.Net.NetworkInformation;

namespace Cluster.Verification.Guard;

/// <summary>Allows only this host itself: loopback and the addresses of its interfaces, looked up anew each time.</summary>
public sealed class OwnHostGuard : IOutboundGuard
{
    /// <inheritdoc/>
    public string? Refuse(IPEndPoint target)
    {
        var address = target.Address.IsIPv4MappedToIPv6 ? target.Address.MapToIPv4() : target.Address;
        return IPAddress.IsLoopback(address) || OwnAddresses().Any(own => Same(own, address))
            ? null
            : $"{address} is not an address of this host.";
    }

    private static IEnumerable<IPAddress> OwnAddresses() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address);

    private static bool Same(IPAddress left, IPAddress right) => left.GetAddressBytes().AsSpan().SequenceEqual(right.GetAddressBytes());
}
