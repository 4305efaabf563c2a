using System.Net;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Network;

/// <summary>
/// Hosts that are network namespaces on one bridge, which nothing else can reach, with addresses of 10.0.0.0/8 and fd78::/64. Removed,
/// with every process in it, when disposed; what a test that crashed has left is removed by the next one.
/// </summary>
public sealed class TestNetwork : IAsyncDisposable
{
    internal const string Ip = "/usr/sbin/ip";
    private const string NamePrefix = "cluster-net-";
    private const string Namespaces = "/run/netns";
    private const string Files = "/etc/netns";
    private const int MostHosts = 200;
    private static int made;
    private readonly List<NetworkHost> hosts = [];
    private readonly string id = $"{NamePrefix}{Environment.ProcessId}-{Interlocked.Increment(ref made)}-";

    private TestNetwork()
    {
    }

    /// <summary>Why there can be no network of hosts here; empty = there can.</summary>
    public static string WhyNone => (Host.IsRoot, File.Exists(Ip), Host.MayMakeNamespaces) switch
    {
        (false, _, _) => "needs root, for network namespaces",
        (_, false, _) => "needs the package iproute2",
        (_, _, false) => "needs the capability CAP_SYS_ADMIN, for network namespaces",
        _ => SignedDns.WhyNone,
    };

    /// <summary>Where the validating resolver answers, once <see cref="SignedDns"/> runs: what hosts have in their resolv.conf.</summary>
    public static IPAddress Resolver { get; } = IPAddress.Parse("10.78.0.53");

    /// <summary>Where a resolver answers that does not validate.</summary>
    public static IPAddress PlainResolver { get; } = IPAddress.Parse("10.78.0.54");

    /// <summary>The hosts so far.</summary>
    public IReadOnlyList<NetworkHost> Hosts => hosts;

    internal static IPAddress NameServer { get; } = IPAddress.Parse("10.78.0.52");

    private string Switch => id + "switch";

    /// <summary>Makes an empty network.</summary>
    public static async Task<TestNetwork> CreateAsync()
    {
        await SweepAsync();
        var network = new TestNetwork();
        await ShellAsync($"""
            ip netns add {network.Switch}
            ip -n {network.Switch} link set lo up
            ip -n {network.Switch} link add br0 type bridge
            ip -n {network.Switch} link set br0 up
            """);
        return network;
    }

    /// <summary>Adds a host, which asks <see cref="Resolver"/>.</summary>
    /// <param name="name">Letters, digits and hyphens.</param>
    /// <param name="dnsNames">
    /// Its names in DNS, fully qualified, in a zone of <see cref="SignedDns"/>; the first is that of its address, too.
    /// </param>
    public Task<NetworkHost> AddHostAsync(string name, params string[] dnsNames)
    {
        if (hosts.Count >= MostHosts) throw new TestGaveUpException("The network is full.");
        return AddAsync(NewHost(name, IPAddress.Parse($"10.78.1.{hosts.Count + 1}"), dnsNames));
    }

    /// <summary>Adds a host with an address of 10.0.0.0/8 outside 10.78.0.0/16, which are given in turn.</summary>
    /// <param name="name">Letters, digits and hyphens.</param>
    /// <param name="address">Its address.</param>
    /// <param name="pointsTo">The name that its address has in DNS; null = none.</param>
    /// <param name="dnsNames">The names that lead to its address.</param>
    public Task<NetworkHost> AddHostAsync(string name, IPAddress address, string? pointsTo, params string[] dnsNames) =>
        AddAsync(new NetworkHost(id + name, address, dnsNames) { PointsTo = pointsTo });

    /// <summary>Cuts a host off, or connects it again.</summary>
    public Task SetLinkAsync(NetworkHost host, bool up) =>
        ShellAsync($"ip -n {Switch} link set {PortOf(hosts.IndexOf(host))} {(up ? "up" : "down")}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await RemoveAsync(host.Namespace);
        await RemoveAsync(Switch);
    }

    internal static string FilesOf(string networkNamespace) => Path.Combine(Files, networkNamespace);

    internal static IPAddress V6Of(IPAddress address)
    {
        byte[] bytes = [0xfd, 0x78, .. new byte[10], .. address.GetAddressBytes()];
        return new IPAddress(bytes);
    }

    internal Task<NetworkHost> AddNameServersAsync() => AddAsync(NewHost("dns", NameServer, []), Resolver, PlainResolver);

    private NetworkHost NewHost(string name, IPAddress address, string[] dnsNames) => new(id + name, address, dnsNames);

    private async Task<NetworkHost> AddAsync(NetworkHost host, params IPAddress[] further)
    {
        Directory.CreateDirectory(FilesOf(host.Namespace));
        host.AskNameServer(Resolver);
        hosts.Add(host);
        var port = PortOf(hosts.Count - 1);
        await ShellAsync($"""
            ip netns add {host.Namespace}
            ip link add {port} netns {Switch} type veth peer name eth0 netns {host.Namespace}
            ip -n {Switch} link set {port} master br0 up
            {string.Join('\n', further.Prepend(host.Address).Select(a => $"ip -n {host.Namespace} addr add {a}/8 dev eth0"))}
            ip -n {host.Namespace} addr add {host.AddressV6}/64 dev eth0 nodad
            ip -n {host.Namespace} link set lo up
            ip -n {host.Namespace} link set eth0 up
            """);
        return host;
    }

    private static string PortOf(int host) => $"p{host}";

    // The process of a test is in the names of what it made.
    private static async Task SweepAsync()
    {
        foreach (var name in Names(Namespaces).Concat(Names(Files)).Distinct())
        {
            var owner = name[NamePrefix.Length..].Split('-')[0];
            if (int.TryParse(owner, out var pid) && !Host.IsAlive(pid)) await RemoveAsync(name);
        }
    }

    private static IEnumerable<string> Names(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFileSystemEntries(directory, NamePrefix + "*").Select(p => Path.GetFileName(p))
        : [];

    private static async Task RemoveAsync(string name)
    {
        if (File.Exists(Path.Combine(Namespaces, name)))
        {
            await Eventually.Is(async () => !await KillAllAsync(name), $"every process in {name} is gone");

            // Another run may sweep at the same time.
            await Command.RunAsync(Ip, ["netns", "del", name]);
        }

        if (Directory.Exists(FilesOf(name))) Directory.Delete(FilesOf(name), recursive: true);
    }

    private static async Task<bool> KillAllAsync(string name)
    {
        var pids = await Command.RunAsync(Ip, ["netns", "pids", name]);
        var alive = pids.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Where(Host.IsAlive).ToList();
        alive.ForEach(Host.Kill);
        return alive.Count > 0;
    }

    private static async Task ShellAsync(string script) => (await Command.RunAsync("/bin/sh", ["-ec", script])).Ok();
}
