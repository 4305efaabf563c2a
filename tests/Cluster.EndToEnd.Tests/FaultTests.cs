using Cluster.Contracts.Machines;
using Cluster.Contracts.Rollouts;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>What goes wrong on a host stays on that host and that service, is said, and never costs what was good.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_change_that_one_service_cannot_live_with_is_undone_there_and_goes_on_elsewhere()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync(
            "gw1", false, new PostfixOptions { Name = "healthy", Listeners = ["mx"] },
            new PostfixOptions { Name = "strange", Listeners = ["inner"], MainCf = ["smtpd_tls_mandatory_protocols = nonsense"] });
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(
            await fleet.CommitAsync(
                [
                    .. Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred),
                    .. Fleet.ListenerWithTls("inner", "mx", PolicyTls.Preferred),
                ]));
        await host.InSyncAsync();

        var revision = await fleet.CommitAsync(
            [.. Fleet.ListenerWithTls("mx", "mx", PolicyTls.Required), .. Fleet.ListenerWithTls("inner", "mx", PolicyTls.Required)]);

        (await fleet.RolloutEndedAsync(revision)).State.ShouldBe(RolloutState.Failed);
        var error = await host.FailureAsync("strange");
        error.Kind.ShouldBe(ApplyFailureKind.Final);
        error.Message.ShouldNotBeEmpty();
        var healthy = FleetHost.Service(await fleet.MachineAsync("gw1"), "healthy");
        healthy.Applied!.Part.ShouldBe(healthy.Desired!.Part);
        (await SmtpProbe.MailInClearAsync(host.Services[0].Port)).ShouldStartWith("530");
        (await SmtpProbe.MailInClearAsync(host.Services[1].Port)).ShouldStartWith("250");
        (await SmtpProbe.SerialAsync(host.Services[1].Port)).ShouldBe(serial);
    }

    [Fact]
    public async Task A_stopped_service_is_prepared_stays_stopped_and_is_proven_when_it_starts()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await host.Postfix.StopAsync();

        var rollout = await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Required)));

        rollout.State.ShouldBe(RolloutState.Succeeded);
        var machine = await fleet.MachineBecomesAsync(
            "gw1", m => FleetHost.Service(m).Verified?.Method == VerificationMethod.Pending, "is pending");
        var service = FleetHost.Service(machine);
        service.Applied!.Part.ShouldBe(service.Desired!.Part);
        host.Postfix.MasterPid.ShouldBe(0, "the agent never starts what was down");

        await host.Postfix.StartAsync();
        await fleet.MachineBecomesAsync("gw1", m => FleetHost.Service(m).Verified?.Method == VerificationMethod.Wire, "is proven");
        (await host.SerialAsync()).ShouldBe(serial);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("configuration")]
    public async Task A_full_disk_is_reported_costs_nothing_and_heals_when_there_is_room(string full)
    {
        Assert.SkipUnless(Host.IsRoot, "needs root for a small file system");
        using var disk = await SmallDisk.MountAsync(16);
        await using var fleet = await RealFleet.StartAsync();
        var directory = disk.Make("used");
        var host = await fleet.NewHostAsync(
            new() { Name = "gw1", StateDirectory = full == "state" ? directory : null },
            new PostfixOptions
            {
                Name = "postfix",
                Hostname = "gw1.example.test",
                ConfigDirectory = full == "configuration" ? directory : null
            });
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        await host.InSyncAsync();
        var configuration = host.Postfix.Snapshot();

        disk.Fill();
        var renewed = await fleet.RenewAsync("mx");
        var error = await host.FailureAsync();
        error.Kind.ShouldBe(ApplyFailureKind.Transient);
        error.Message.ShouldContain("space", Case.Insensitive);
        (await host.SerialAsync()).ShouldBe(serial);
        host.Postfix.Snapshot().ShouldBe(configuration);
        disk.Free();

        await host.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(renewed);
        (await host.Postfix.StrayLinesAsync()).ShouldBeEmpty();
        await Eventually.Is(
            () => Directory.GetDirectories(Path.Combine(host.Postfix.ConfigDirectory, "cluster", "gen")).Length == 1,
            "only the live generation is left");
        foreach (var place in new[] { host.Postfix.ConfigDirectory, host.Agent.StateDirectory })
        {
            Directory.GetFiles(place, ".tmp-*", SearchOption.AllDirectories).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Hold_on_the_host_stops_all_applying_until_release()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        await host.InSyncAsync();

        (await host.Agent.VerbAsync("hold", ["--for", "4h"])).Ok();
        await fleet.MachineBecomesAsync("gw1", m => m.Hold is not null, "is held");
        var renewed = await fleet.RenewAsync("mx");
        await fleet.MachineBecomesAsync("gw1", m => !m.InSync, "is behind");
        (await host.SerialAsync()).ShouldBe(serial);
        (await host.Agent.VerbAsync("release")).Ok();

        await host.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(renewed);
    }
}
