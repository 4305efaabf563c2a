using System.Net;
using Cluster.Pki.Issuing;
using Cluster.Pki.Names;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>Names in the certificate that the control CA issues for this manager.</summary>
internal static class ServerNamesOf
{
    /// <summary>Whether a text can stand in the certificate: a host name, or an IP address.</summary>
    public static bool IsName(string text) =>
        IpAddressText.TryRead(text, out _) || (DnsNames.TryNormalise(text, out var name) && !IpAddressText.EndsInNumber(name));

    /// <summary>The given names, the host's name, localhost, loopback, the bind addresses and the advertised ones.</summary>
    public static ServerNames Options(ManagerOptions options)
    {
        IEnumerable<string> hosts = [
            .. options.Names, Dns.GetHostName(), "localhost", "127.0.0.1", "::1",
            .. options.AdvertisedAddresses.Append(options.Rest).Append(options.Agents).Select(a => EndpointAddress.Parse(a).Host)];
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var addresses = new List<IPAddress>();
        foreach (var host in hosts)
        {
            if (IpAddressText.TryRead(host, out var ip)) addresses.Add(ip);
            else if (DnsNames.TryNormalise(host, out var name) && !IpAddressText.EndsInNumber(name)) names.Add(name);
        }

        return new ServerNames([.. names], [.. addresses.Distinct().Where(a => !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any))]);
    }
}
