using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>What one <c>listen</c> says.</summary>
/// <param name="Address">The address; for all of a family the one that stands for all.</param>
/// <param name="Port">TCP port.</param>
internal sealed record ListenAddress(IPAddress Address, int Port)
{
    private const int HttpPort = 80;

    /// <summary>Whether it speaks TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>Whether it says that its server is the default one there.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether connections begin with a PROXY header.</summary>
    public bool IsProxied { get; init; }

    /// <summary>Whether it takes IPv4 connections, too, where it listens on all addresses of IPv6.</summary>
    public bool IsDualStack { get; init; }

    /// <summary>Whether it listens on all addresses of its family.</summary>
    public bool IsAny => StandsForAll(Address);

    /// <summary>Whether an address stands for all of its family.</summary>
    public static bool StandsForAll(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>Reads the words of a <c>listen</c>.</summary>
    /// <returns>Null for a socket of the host, for UDP, and for what is not read here, as a host name.</returns>
    public static ListenAddress? Read(IReadOnlyList<string> words)
    {
        if (words.Count == 0 || words.Contains("quic", StringComparer.Ordinal) || Place(words[0]) is not { } place) return null;
        return place with
        {
            IsTls = words.Contains("ssl", StringComparer.Ordinal),
            IsDefault = words.Contains("default_server", StringComparer.Ordinal) || words.Contains("default", StringComparer.Ordinal),
            IsProxied = words.Contains("proxy_protocol", StringComparer.Ordinal),
            IsDualStack = words.Contains("ipv6only=off", StringComparer.Ordinal),
        };
    }

    /// <summary>Whether it is the socket of that address and port.</summary>
    public bool Is(IPEndPoint endPoint) => Port == endPoint.Port && Address.Equals(endPoint.Address);

    /// <summary>Whether it listens on all addresses of an address's family.</summary>
    public bool IsAnyOf(IPEndPoint endPoint) => Port == endPoint.Port && IsAny && Address.AddressFamily == endPoint.AddressFamily;

    /// <summary>Whether it listens on all addresses of IPv6 and takes IPv4 as well.</summary>
    public bool IsDualStackFor(IPEndPoint endPoint) =>
        Port == endPoint.Port && IsDualStack && Address.Equals(IPAddress.IPv6Any) && endPoint.AddressFamily == AddressFamily.InterNetwork;

    private static ListenAddress? Place(string word)
    {
        if (TryPort(word, out var port)) return new ListenAddress(IPAddress.Any, port);
        var colon = word.LastIndexOf(':');
        var hasPort = colon > word.LastIndexOf(']') && TryPort(word[(colon + 1)..], out port);
        var host = hasPort ? word[..colon] : word;
        if (!hasPort) port = HttpPort;
        if (host is "*") return new ListenAddress(IPAddress.Any, port);
        if (host == "localhost") return new ListenAddress(IPAddress.Loopback, port);
        return IPAddress.TryParse(host.Trim('[', ']'), out var address) ? new ListenAddress(address, port) : null;
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
}
