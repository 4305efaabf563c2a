using System.Net;
using System.Net.Sockets;

namespace Cluster.Testing.Network;

/// <summary>
/// Makes a port on the loopback of the test's machine answer on the loopback of a <see cref="NetworkHost"/>, too: a manager that the
/// test reaches is then reached at the same address by an agent in the network. Ends when disposed.
/// </summary>
public sealed class LoopbackRelay : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Socket listener;
    private readonly Task accepting;

    /// <summary>Starts it.</summary>
    public LoopbackRelay(NetworkHost host, int port)
    {
        listener = host.Listen(port, IPAddress.Loopback);
        accepting = AcceptAsync(port);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync(int port)
    {
        try
        {
            while (true) _ = RelayAsync(await listener.AcceptAsync(stop.Token), port);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task RelayAsync(Socket accepted, int port)
    {
        using var inside = accepted;
        using var outside = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await outside.ConnectAsync(IPAddress.Loopback, port, stop.Token);
            await using var one = new NetworkStream(inside);
            await using var other = new NetworkStream(outside);
            await Task.WhenAny(one.CopyToAsync(other, stop.Token), other.CopyToAsync(one, stop.Token));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // One end went away; the other sees it.
        }
    }
}
