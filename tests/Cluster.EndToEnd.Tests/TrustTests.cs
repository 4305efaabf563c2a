using Cluster.Contracts.Settings;
using Cluster.Testing.Authorities;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>
/// Custom authorities, from REST to the logs of two real Postfix: the server is verified on the way out, the client on the way
/// in.
/// </summary>
public sealed class TrustTests : IAsyncLifetime
{
    private const string Domain = "mx.example.test";
    private readonly TestCa partners = new("Partners");
    private Fleet fleet = null!;
    private FleetHost inside = null!;
    private FleetHost outside = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        fleet = await Fleet.StartAsync();
        inside = await fleet.JoinAsync(
            "gw-in", false, new PostfixOptions { Name = "postfix", Hostname = "gw-in.example.test", Domains = [Domain], KeepsMail = true });
        outside = await fleet.JoinAsync("gw-out", false, new PostfixOptions
        {
            Name = "postfix", Hostname = "gw-out.example.test", Routes = new Dictionary<string, string>
            {
                [Domain] = $"127.0.0.1:{inside.Postfix.Port}"
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        partners.Dispose();
        if (fleet is not null) await fleet.DisposeAsync();
    }

    [Fact]
    public async Task Both_ends_verify_each_other_by_authorities_that_came_as_files()
    {
        await ImportAsync("own", fleet.Authority);
        await ImportAsync("partners", partners);
        await fleet.SignedCertificateAsync("mx", Domain);
        await fleet.SelfSignedCertificateAsync("client", "gw-out.example.test");
        var request = (await fleet.Cluster.Certificates.GetSigningRequestAsync("client")).Value;
        await fleet.UploadAsync("client", partners.PemFor(partners.Sign(request.Pem!)));

        await fleet.RolloutEndedAsync(await fleet.CommitAsync(
            Edit.Put("verified", new MailFlowPolicy { Tls = PolicyTls.Required, VerifyClientCertificate = true }),
            Edit.Put("mx", Fleet.Listener("mx", "verified")),
            Edit.Put(new TrustSettings { UseSystem = false, ClientAuthorities = ["partners"] }),
            Edit.Put(Domain, new DestinationControl { Tls = DestinationTls.RequiredVerify }),
            Edit.Put(new OutboundSettings { Certificate = "client" })));
        await inside.InSyncAsync();
        await outside.InSyncAsync();

        await outside.Postfix.SendAsync("a@gw-out.example.test", $"verified@{Domain}");
        (await outside.Postfix.LogLineAsync($"to=<verified@{Domain}>.*status=")).ShouldContain("status=sent");
        await outside.Postfix.LogLineAsync(@$"Verified TLS connection established to \S+:{inside.Postfix.Port}:");
        await inside.Postfix.LogLineAsync("Trusted TLS connection established from");
        (await inside.Postfix.ReceivedHeaderAsync($"verified@{Domain}")).ShouldContain(
            "(Client CN \"gw-out.example.test\", Issuer \"Partners intermediate\" (verified OK))");

        // Without the partners' authority the same client is a stranger.
        await fleet.RolloutEndedAsync(
            await fleet.CommitAsync(Edit.Put(new TrustSettings { UseSystem = false, ClientAuthorities = ["own"] })));
        await inside.InSyncAsync();
        await outside.Postfix.SendAsync("a@gw-out.example.test", $"stranger@{Domain}");
        (await outside.Postfix.LogLineAsync($"to=<stranger@{Domain}>.*status=")).ShouldContain("status=deferred");
        await inside.Postfix.LogLineAsync("Client certificate not trusted");
        inside.Postfix.Log.ShouldNotContain($"to=<stranger@{Domain}>");
    }

    private async Task ImportAsync(string name, TestCa authority) =>
        (await fleet.Cluster.Authorities.ImportAsync(name, authority.Root.Der, "application/pkix-cert"))
            .Receipt.Created.ShouldBeTrue();
}
