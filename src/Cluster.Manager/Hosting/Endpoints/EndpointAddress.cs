using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cluster.Pki.Names;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>An address to listen on or to connect to, as people write it: HOST:PORT or [V6]:PORT.</summary>
/// <param name="Host">Host name or IP address, without brackets.</param>
/// <param name="Port">Port; 0 = any free one.</param>
internal sealed record EndpointAddress(string Host, int Port)
{
    public static bool TryParse(string text, out EndpointAddress address)
    {
        address = new EndpointAddress("", 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0
            || !int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            return false;
        }

        var host = text[..colon];
        if (host.StartsWith('[') != host.EndsWith(']') || (host.Contains(':', StringComparison.Ordinal) && host[0] != '[')) return false;
        var bracketed = host[0] == '[';
        if (bracketed) host = host[1..^1];
        var isAddress = IpAddressText.TryRead(host, out var ip);
        // A name that ends in a number is an address in a form that only some software reads, and to each means another.
        if (host.Length == 0 || (!isAddress && (bracketed || IpAddressText.EndsInNumber(host)))) return false;
        if (bracketed != (ip?.AddressFamily == AddressFamily.InterNetworkV6)) return false;
        address = new EndpointAddress(host, port);
        return true;
    }

    /// <summary>Reads an address that was checked before.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static EndpointAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not HOST:PORT.");

    /// <summary>The address itself, when the host is given as one; nothing is looked up.</summary>
    public IPEndPoint? ToAddress() => IpAddressText.TryRead(Host, out var ip) ? new IPEndPoint(ip, Port) : null;

    /// <summary>Where to listen: the IP address, every address for <c>*</c>, loopback for localhost, else what the name leads to.</summary>
    public IPEndPoint ToListen() => new(
        Host switch
        {
            "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => IpAddressText.TryRead(Host, out var ip) ? ip : Dns.GetHostAddresses(Host)[0],
        },
        Port);
}
