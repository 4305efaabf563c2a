using System.Net;
using System.Net.Sockets;

namespace Cluster.Agent.Drivers.Postfix.Proof;

/// <summary>The name that Postfix gives to a client: that of its address, if that name leads back to the address.</summary>
internal static class PeerName
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Asks the host's resolver.</summary>
    /// <returns>In lower case; null = it has none, or it cannot be told.</returns>
    public static async Task<string?> FindAsync(IPAddress address, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            var name = (await Dns.GetHostEntryAsync(address.ToString(), limit.Token)).HostName;
            var back = await Dns.GetHostAddressesAsync(name, limit.Token);
            return back.Contains(address) ? name.TrimEnd('.').ToLowerInvariant() : null;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
