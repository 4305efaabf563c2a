using System.Net;
using System.Net.Sockets;

namespace Cluster.Verification.Guard;

/// <summary>Opens TCP connections that the guard allows.</summary>
public static class GuardedSocket
{
    /// <summary>Connects to exactly this address.</summary>
    /// <exception cref="OutboundRefusedException">The guard refuses the address.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<NetworkStream> ConnectAsync(IOutboundGuard guard, IPEndPoint target, CancellationToken ct)
    {
        if (guard.Refuse(target) is { } reason) throw new OutboundRefusedException(reason);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The guard refused an address.</summary>
/// <param name="message">Why.</param>
public sealed class OutboundRefusedException(string message) : Exception(message);
