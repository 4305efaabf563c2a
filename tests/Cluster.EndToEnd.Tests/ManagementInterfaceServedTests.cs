using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Nginx;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>The HTTPS certificate of a management interface, from REST to the handshake with a real nginx.</summary>
public sealed class ManagementInterfaceServedTests
{
    [Fact]
    public async Task A_certificate_is_bound_to_an_interface_served_by_nginx_and_renewed()
    {
        Assert.SkipWhen(NginxInstance.WhyNot.Length > 0, NginxInstance.WhyNot);
        await using var nginx = await NginxInstance.StartNewAsync();
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.NewHostAsync(new AgentOptions { Nginx = nginx });
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        var serial = await fleet.SignedCertificateAsync("admin", "admin.example.test");
        var management = new ManagementInterface { Hostname = "admin.example.test", Port = 443, HttpsCertificate = "admin" };

        var revision = await fleet.CommitAsync(
            Edit.Put("admin", management),
            c => c.TlsProtocols.PutAsync(new TlsProtocolBlocks { Https = new TlsProtocolBlock { Minimum = TlsVersion.Tls12 } }));

        (await fleet.RolloutEndedAsync(revision)).State.ShouldBe(RolloutState.Succeeded);
        (await HttpsProbe.SerialAsync(nginx.Port)).ShouldBe(serial);
        var web = FleetHost.Service(await host.InSyncAsync(), "web");
        web.Verified!.Method.ShouldBe(VerificationMethod.Wire);
        web.Applied!.Part.ShouldBe(web.Desired!.Part);
        (await fleet.Cluster.Findings.ListAsync().ToListAsync()).Select(f => f.Code)
            .ShouldNotContain(c => c == "interface-not-hosted" || c == "tls-protocols-not-applied");

        var renewed = await fleet.RenewAsync("admin");
        await Eventually.Is(async () => await HttpsProbe.SerialAsync(nginx.Port) == renewed, "the renewed certificate is served");
        await host.InSyncAsync();
        host.Postfix.Reloads.ShouldBe(0);
    }
}
