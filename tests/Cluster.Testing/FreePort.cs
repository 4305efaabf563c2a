using System.Net;
using System.Net.Sockets;

namespace Cluster.Testing;

/// <summary>TCP ports on loopback that nobody uses now.</summary>
public static class FreePort
{
    /// <summary>One port.</summary>
    public static int Next() => Next(1)[0];

    /// <summary>Several different ports.</summary>
    public static int[] Next(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = Array.ConvertAll(listeners, l => ((IPEndPoint)l.LocalEndpoint).Port);
        foreach (var listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}
