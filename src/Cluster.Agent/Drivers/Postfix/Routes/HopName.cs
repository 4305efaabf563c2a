using System.Net;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>
/// A next hop as it is written: <c>[192.0.2.1]:25</c>, <c>relay.example:587</c>, <c>[IPv6:2001:db8::1]</c>, <c>unix:/socket</c>.
/// </summary>
/// <param name="Text">One destination, lower-case.</param>
internal sealed record HopName(string Text)
{
    private const string Inet = "inet:";
    private const string Ipv6 = "ipv6:";

    /// <summary>Its host without brackets and port.</summary>
    public string Host
    {
        get
        {
            var hop = Text.StartsWith(Inet, StringComparison.Ordinal) ? Text[Inet.Length..] : Text;
            var end = hop.IndexOf(']', StringComparison.Ordinal);
            var host = hop.StartsWith('[') && end > 0 ? hop[1..end] : hop.Split(':')[0];
            return host.StartsWith(Ipv6, StringComparison.Ordinal) ? host[Ipv6.Length..] : host;
        }
    }

    /// <summary>Its address, where it is written as one; else null.</summary>
    public IPAddress? Address => IPAddress.TryParse(Host, out var address) ? address : null;

    /// <summary>The same of a value of <c>smtpd_proxy_filter</c>, which may be a port alone: then the host is this one.</summary>
    public bool IsProxyOnThisHost => IsOnThisHost || Host.Length == 0 || Host.All(char.IsAsciiDigit);

    /// <summary>Whether mail to it stays on this host, whatever it says there.</summary>
    public bool IsOnThisHost =>
        Text.StartsWith("unix:", StringComparison.Ordinal) || Host == "localhost" || (Address is { } own && IPAddress.IsLoopback(own));
}
