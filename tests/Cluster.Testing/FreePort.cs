using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cluster.Testing;

/// <summary>
/// TCP ports on loopback that nobody uses now: below the range from which the kernel takes ports for outgoing connections, so
/// that none of those takes one before its server listens, at random, so that runs beside each other seldom meet, and no port
/// twice in a process.
/// </summary>
public static class FreePort
{
    private const int First = 12_000;
    private const int AfterLast = 32_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>One port.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, AfterLast);
            if (!Given.ContainsKey(port) && IsFree(port) && Given.TryAdd(port, true)) return port;
        }
    }

    /// <summary>Several different ports.</summary>
    public static int[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
