using System.Net;
using System.Security.Authentication;
using Cluster.Pki.Keys;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Cluster.Verification.Guard;
using Cluster.Verification.Https;
using Cluster.Verification.Proof;
using Cluster.Verification.Tests.Smtp;
using Cluster.Verification.Tests.Tls;
using Cluster.Verification.Tls;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Https;

public sealed class HttpsWireProbeTests : IDisposable
{
    private readonly TestCa ca = new();
    private readonly ServedPair admin;
    private readonly ServedPair other;
    private readonly HttpsWireProbe probe = new(new OwnHostGuard());

    public HttpsWireProbeTests()
    {
        admin = new ServedPair(ca, KeySpecification.EcP256, "admin.example.org");
        other = new ServedPair(ca, KeySpecification.EcP256, "other.example.org");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        admin.Dispose();
        other.Dispose();
        ca.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "TLSv1.2")]
    [InlineData(SslProtocols.Tls13, "TLSv1.3")]
    public async Task What_is_served_is_compared_with_its_chain_on_each_connection(SslProtocols protocols, string name)
    {
        await using var server = new TlsServer(_ => admin.Served());
        var target =
            Target(server, admin.Expected) with { Offer = new TlsOffer { Protocols = protocols, ServerName = "admin.example.org" } };
        var looks = await probe.ProbeAsync(target, 3, Cancellation);
        looks.Count.ShouldBe(3);
        looks.ShouldAllBe(l => l.Problem == null);
        looks.ShouldAllBe(l => l.Tls!.Protocol == name);
        looks[0].Tls!.Chain.Count.ShouldBe(2);
        server.Together.ShouldBe(3);
    }

    [Fact]
    public async Task Another_certificate_and_another_chain_are_told()
    {
        await using var server = new TlsServer(_ => admin.Served());
        (await OneAsync(Target(server, other.Expected))).Problem.ShouldStartWith("Another certificate is served: serial ");
        (await OneAsync(Target(server, admin.LeafAlone))).Problem.ShouldStartWith("The right certificate is served with another chain: ");
        (await OneAsync(Target(server, other.Expected, admin.Expected))).Problem.ShouldBeNull();
        (await OneAsync(Target(server))).Problem.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_silent_and_one_that_speaks_no_TLS_is_wrong()
    {
        var nobody = await OneAsync(new WireTarget { EndPoint = new IPEndPoint(IPAddress.Loopback, FreePort.Next()), Certificates = [] });
        (nobody.IsSilent, nobody.Tls).ShouldBe((true, null));
        nobody.Problem.ShouldStartWith("connect: ");

        await using var server = new FakeSmtpServer("220 mx", new Dictionary<string, string>());
        var broken = await OneAsync(new WireTarget { EndPoint = server.EndPoint, Certificates = [] });
        broken.IsSilent.ShouldBeFalse();
        broken.Problem.ShouldStartWith("handshake: ");
    }

    [Fact]
    public async Task Another_host_is_refused_before_anything_is_sent()
    {
        var look = await OneAsync(new WireTarget { EndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 443), Certificates = [] });
        look.Problem.ShouldBe("connect: 192.0.2.1 is not an address of this host.");
    }

    private static WireTarget Target(TlsServer server, params ExpectedCertificate[] expected) =>
        new() { EndPoint = server.EndPoint, Certificates = expected };

    private async Task<WireLook> OneAsync(WireTarget target) => (await probe.ProbeAsync(target, 1, Cancellation)).ShouldHaveSingleItem();
}
