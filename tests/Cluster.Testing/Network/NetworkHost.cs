using System.Net;
using System.Net.Sockets;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Network;

/// <summary>
/// One host of a <see cref="TestNetwork"/>: a network namespace with an address, a loopback and an <c>/etc/resolv.conf</c> of its own.
/// Files, Unix sockets and processes are those of the machine that the test runs on.
/// </summary>
public sealed class NetworkHost
{
    internal NetworkHost(string networkNamespace, IPAddress address, IReadOnlyList<string> dnsNames)
    {
        Namespace = networkNamespace;
        Address = address;
        AddressV6 = TestNetwork.V6Of(address);
        DnsNames = dnsNames;
        PointsTo = dnsNames.Count > 0 ? dnsNames[0] : null;
    }

    /// <summary>Name of its network namespace, as <c>ip netns</c> takes it.</summary>
    public string Namespace { get; }

    /// <summary>Its address in the network.</summary>
    public IPAddress Address { get; }

    /// <summary>Its IPv6 address in the network, fd78:: and the four octets of <see cref="Address"/>; it has no name in DNS.</summary>
    public IPAddress AddressV6 { get; }

    /// <summary>Its names in DNS, fully qualified without the dot at the end; the first is that of its address, too.</summary>
    public IReadOnlyList<string> DnsNames { get; }

    /// <summary>
    /// The name that DNS gives for its address; null = none. Its own first one, unless it pretends to be somebody else: whoever owns an
    /// address can say any name there.
    /// </summary>
    public string? PointsTo { get; init; }

    /// <summary>What stands before a command that runs on this host: a program and its first arguments.</summary>
    public IReadOnlyList<string> Prefix => [TestNetwork.Ip, "netns", "exec", Namespace];

    private string ResolvConf => Path.Combine(TestNetwork.FilesOf(Namespace), "resolv.conf");

    /// <summary>Runs a command on this host to its end.</summary>
    public Task<CommandResult> RunAsync(string file, IEnumerable<string> arguments, string input = "") =>
        Command.RunAsync(Prefix[0], [.. Prefix.Skip(1), file, .. arguments], input);

    /// <summary>Starts a program on this host that runs beside the test.</summary>
    public Daemon Start(string file, IEnumerable<string> arguments) =>
        Daemon.Start(Prefix[0], [.. Prefix.Skip(1), file, .. arguments]);

    /// <summary>Listens on this host, in the test's process; on its address unless another of its own is given.</summary>
    public Socket Listen(int port, IPAddress? address = null)
    {
        var socket = NamespaceSocket.Open(Namespace, (address ?? Address).AddressFamily, SocketType.Stream);
        socket.Bind(new IPEndPoint(address ?? Address, port));
        socket.Listen();
        return socket;
    }

    /// <summary>Connects from this host, in the test's process.</summary>
    public async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellation = default)
    {
        var socket = NamespaceSocket.Open(Namespace, address.AddressFamily, SocketType.Stream);
        try
        {
            await socket.ConnectAsync(address, port, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket for datagrams on this host, in the test's process.</summary>
    public Socket Datagrams() => NamespaceSocket.Open(Namespace, AddressFamily.InterNetwork, SocketType.Dgram);

    /// <summary>Asks other name servers from now on. Programs that run see the new file, if they read it again.</summary>
    public void AskNameServer(IPAddress resolver, string options = "") =>
        File.WriteAllText(ResolvConf, $"nameserver {resolver}\n{(options.Length > 0 ? $"options {options}\n" : "")}");
}
