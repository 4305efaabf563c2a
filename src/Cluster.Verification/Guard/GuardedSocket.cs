using System.Net;
using System.Net.Sockets;

namespace Cluster.Verification.Guard;

/// <summary>Opens TCP connections that the guard allows.</summary>
public static class GuardedSocket
{
    /// <summary>Connects to exactly this address.</summary>
    /// <param name="guard">Decides about the address.</param>
    /// <param name="target">Where to.</param>
    /// <param name="ct">Stops it.</param>
    /// <param name="source">The own address that is connected from; null = the system chooses.</param>
    /// <exception cref="OutboundRefusedException">The guard refuses the address.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<NetworkStream> ConnectAsync(
        IOutboundGuard guard, IPEndPoint target, CancellationToken ct, IPAddress? source = null)
    {
        if (guard.Refuse(target) is { } reason) throw new OutboundRefusedException(reason);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (source is not null) socket.Bind(new IPEndPoint(source, 0));
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
