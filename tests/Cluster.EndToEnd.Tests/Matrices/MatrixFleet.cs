using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Cluster.Pki.Keys;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Cluster.Testing.Fleets;
using Cluster.Testing.Network;
using Cluster.Testing.Postfix;
using Cluster.Testing.Programs;
using Xunit;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>
/// A manager, a network of hosts, and one of them as the gateway, with Postfix and agent. The cluster trusts one authority and no other.
/// </summary>
internal sealed class MatrixFleet : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> parts = new();
    private readonly TestCa stranger = new("Stranger");

    private MatrixFleet(TestNetwork network, NetworkHost host, Fleet fleet)
    {
        (Network, Host, Fleet) = (network, host, fleet);
        parts.Push(network);
        parts.Push(fleet);
    }

    internal TestNetwork Network { get; }

    internal NetworkHost Host { get; }

    internal Fleet Fleet { get; }

    internal FleetHost Gateway { get; private set; } = null!;

    /// <summary>Starts the manager and an empty network.</summary>
    internal static async Task<MatrixFleet> StartAsync()
    {
        Assert.SkipWhen(TestNetwork.WhyNone.Length > 0, TestNetwork.WhyNone);
        var fleet = await RealFleet.StartAsync();
        var network = await TestNetwork.CreateAsync();
        return new MatrixFleet(network, await network.AddHostAsync("gw", "gw.test"), fleet);
    }

    /// <summary>Starts DNS with the hosts so far, and the gateway.</summary>
    internal async Task JoinAsync(DnsZone[] zones, PostfixOptions options)
    {
        Keep(await SignedDns.StartAsync(Network, zones));
        Keep(new LoopbackRelay(Host, int.Parse(Fleet.Manager.AgentsAddress.Split(':')[1])));
        Gateway = await Fleet.NewHostAsync(
            new AgentOptions { Name = "gw", On = Host }, options with { Name = "postfix", Hostname = "gw.test", On = Host });
        await Gateway.JoinAsync();
        Gateway.Agent.Start();
        await Gateway.ConnectedAsync();
        await Fleet.Cluster.Authorities.ImportAsync("own", Fleet.Authority.Root.Der, "application/pkix-cert");
    }

    internal T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Push(part);
        return part;
    }

    /// <summary>A certificate with its key, and the intermediate that issued it.</summary>
    internal SslStreamCertificateContext ChainOf(bool trusted, bool expired, params string[] names) =>
        SslStreamCertificateContext.Create(Certificate(trusted, expired, names), Intermediates(trusted), offline: true);

    /// <summary>What stands between a certificate and its root.</summary>
    internal X509Certificate2Collection Intermediates(bool trusted) =>
        [X509CertificateLoader.LoadCertificate(Authority(trusted).Intermediate.Der.Span)];

    /// <summary>A certificate with its key.</summary>
    internal X509Certificate2 Certificate(bool trusted, bool expired, params string[] names)
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var order = Authority(trusted).Leaf(key.Public, names, validFor: null);
        if (expired) order = order with { NotBefore = order.NotBefore.AddDays(-60), NotAfter = order.NotBefore };
        using var pair = key.PairWith(Authority(trusted).Issue(order).Der.Span);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }

    private TestCa Authority(bool trusted) => trusted ? Fleet.Authority : stranger;

    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part)) await part.DisposeAsync();
        stranger.Dispose();
    }
}
