using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>One certificate from REST to two real Postfix hosts, proven by handshake, and mail between them over verified TLS.</summary>
public sealed class MainJobTests
{
    [Fact]
    public async Task A_certificate_goes_from_its_request_to_the_handshake_and_mail_is_verified()
    {
        await using var fleet = await RealFleet.StartAsync();
        var two = await fleet.JoinAsync(
            "gw2",
            false,
            new PostfixOptions { Name = "postfix", Hostname = "gw2.example.test", Domains = ["gw2.example.test"], KeepsMail = true });
        var one = await fleet.JoinAsync("gw1", false, new PostfixOptions
        {
            Name = "postfix",
            Hostname = "gw1.example.test",
            Routes = new Dictionary<string, string> { ["gw2.example.test"] = $"127.0.0.1:{two.Postfix.Port}" },
        });
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test", "gw2.example.test");

        var revision = await fleet.CommitAsync([
            .. Fleet.ListenerWithTls("mx", "mx", PolicyTls.Required),
            Edit.Put("test", new TrustedAuthority { Certificates = fleet.Authority.Root.ToPem() }),
            Edit.Put(new TrustSettings { UseSystem = false }),
            Edit.Put("gw2.example.test", new DestinationControl { Tls = DestinationTls.RequiredVerify }),
        ]);

        (await fleet.RolloutEndedAsync(revision)).State.ShouldBe(RolloutState.Succeeded);
        foreach (var host in new[] { one, two })
        {
            (await host.SerialAsync()).ShouldBe(serial);
            (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
            var service = FleetHost.Service(await host.InSyncAsync());
            service.Verified!.Method.ShouldBe(VerificationMethod.Wire);
            service.Applied!.Part.ShouldBe(service.Desired!.Part);
        }

        await one.Postfix.SendAsync("a@gw1.example.test", "b@gw2.example.test");
        (await one.Postfix.LogLineAsync("to=<b@gw2.example.test>")).ShouldContain("status=sent");
        one.Postfix.Log.ShouldContain($"Verified TLS connection established to 127.0.0.1[127.0.0.1]:{two.Postfix.Port}: TLSv1.3");
        var received = await two.Postfix.ReceivedHeaderAsync("b@gw2.example.test");
        received.ShouldContain("(using TLSv1.3 with cipher");
        received.ShouldContain("(No client certificate requested)");
        received.ShouldContain("with ESMTPS");
    }

    [Fact]
    public async Task A_renewed_certificate_replaces_the_old_one_on_the_wire()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("250");

        var renewed = await fleet.RenewAsync("mx");

        await host.ServesAsync(renewed);
        await host.InSyncAsync();
        using var chain0 = (await SmtpProbe.ServedChainAsync(host.Postfix.Port))[1];
        chain0.Subject.ShouldContain("intermediate");
    }

    [Fact]
    public async Task An_interface_that_no_service_hosts_touches_nothing_on_a_host_and_its_rollout_succeeds()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        var before = await host.InSyncAsync();
        var (files, reloads) = (host.Postfix.Snapshot(), host.Postfix.Reloads);
        await fleet.SignedCertificateAsync("admin", "gw1.example.test");

        var management = new ManagementInterface { Hostname = "gw1.example.test", Port = 443, HttpsCertificate = "admin" };
        var revision = await fleet.CommitAsync(Edit.Put("management", management));

        (await fleet.RolloutEndedAsync(revision)).State.ShouldBe(RolloutState.Succeeded);
        var after = await host.InSyncAsync();
        after.Desired!.Bundle.ShouldNotBeNull().ShouldBe(before.Desired!.Bundle);
        (await host.SerialAsync()).ShouldBe(serial);
        host.Postfix.Snapshot().ShouldBe(files);
        host.Postfix.Reloads.ShouldBe(reloads);
        (await fleet.Cluster.Certificates.GetUsagesAsync("admin")).HeldBy.ShouldBeEmpty();
    }
}
