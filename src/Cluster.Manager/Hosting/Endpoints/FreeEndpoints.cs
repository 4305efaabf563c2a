using System.Net;
using System.Net.Sockets;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>
/// Tries the endpoints before anything is made or started, so that a port in use is one line and not a failed start of
/// everything.
/// </summary>
internal static class FreeEndpoints
{
    /// <summary>Binds each endpoint and lets it go.</summary>
    /// <exception cref="StartRefusedException">One cannot be listened on.</exception>
    public static void Check(ManagerOptions options)
    {
        Check("--rest", options.Rest);
        Check("--agents", options.Agents);
        if (options.Metrics is { } metrics) Check("--metrics", metrics);
    }

    private static void Check(string option, string address)
    {
        try
        {
            var endPoint = EndpointAddress.Parse(address).ToListen();
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            // As the server binds it: every address is both families.
            if (endPoint.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(endPoint);
        }
        catch (SocketException e)
        {
            throw new StartRefusedException($"{option} {address} cannot be listened on: {Reason(e)}");
        }
    }

    private static string Reason(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use. Stop the program that uses it (ss -ltnp shows it), or choose another port.",
        SocketError.AddressNotAvailable => "this host does not have the address.",
        SocketError.AccessDenied => "ports below 1024 need root, or CAP_NET_BIND_SERVICE.",
        _ => e.Message,
    };
}
