using Cluster.Client;
using Cluster.Client.Problems;
using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>A host leaves while no manager can be told: the manager learns it later, and the host comes back as what it was.</summary>
public sealed class LeaveOfflineTests
{
    [Theory]
    [InlineData("told at the next start")]
    [InlineData("told by the next leave")]
    [InlineData("told by the rejoin")]
    public async Task Leave_without_a_manager_is_told_later_and_rejoin_touches_nothing(string told)
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync("gw1");
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(
            await fleet.CommitAsync(
                [.. Fleet.ListenerWithTls("mx", "mx", PolicyTls.Required), Own(DestinationTls.Required)]));
        var before = await host.InSyncAsync();
        var layer = await LayerAsync(fleet);
        var (files, reloads, master) = (host.Postfix.Snapshot(), host.Postfix.Reloads, host.Postfix.MasterPid);
        await fleet.Manager.StopAsync();

        var refused = await host.Agent.VerbAsync("leave");
        refused.ExitCode.ShouldBe(8, refused.ToString());
        refused.Error.ShouldContain("Nothing changed; 'leave --offline' leaves without the manager.");
        (await host.Agent.VerbAsync("leave", ["--offline"])).Ok().Output.ShouldContain("Services go on with what they have");
        (await host.Agent.ExitAsync()).ShouldBe(0);
        (await host.Agent.VerbAsync("status")).Ok().Output.ShouldContain("this host left; services go on");
        (await host.SerialAsync()).ShouldBe(serial);

        await fleet.Manager.StartAsync();
        (await fleet.MachineAsync("gw1")).State.ShouldBe(MachineState.Offline, "nobody has told the manager yet");
        await TellAsync(fleet, host, told);
        (await host.Agent.RejoinAsync(await fleet.NewTokenAsync())).Ok();
        host.Agent.Start();
        await host.ConnectedAsync();
        var after = await host.InSyncAsync();

        after.Id.ShouldBe(before.Id);
        after.Generation.ShouldBe(before.Generation + 1);
        after.Desired!.Bundle.ShouldNotBeNull().ShouldBe(before.Desired!.Bundle);
        (await LayerAsync(fleet)).ShouldBe(layer);
        host.Postfix.Snapshot().ShouldBe(files);
        (host.Postfix.Reloads, host.Postfix.MasterPid).ShouldBe((reloads, master));
        (await host.SerialAsync()).ShouldBe(serial);
    }

    /// <summary>
    /// What was told is told once: told again, the manager would see the old identity of a machine that has a new one, and
    /// quarantine it.
    /// </summary>
    [Fact]
    public async Task A_rejoin_whose_answer_got_lost_is_repeated_with_the_same_token()
    {
        await using var fleet = await RealFleet.StartAsync(new ManagerStartOptions { WithFailpoints = true });
        var host = await LeftAsync(fleet);
        await fleet.Manager.StartAsync(FailpointNames.JoinDurable);
        var token = await fleet.NewTokenAsync();

        (await host.Agent.RejoinAsync(token)).ExitCode.ShouldNotBe(0);
        await fleet.Manager.ExitAsync();
        await fleet.Manager.StartAsync();
        (await host.Agent.RejoinAsync(token)).Ok();

        host.Agent.Start();
        await host.ConnectedAsync();
    }

    [Fact]
    public async Task An_identity_that_expired_untold_rejoins_once_an_administrator_removed_the_machine()
    {
        await using var fleet = await RealFleet.StartAsync();
        await fleet.Cluster.Singleton<AgentSettings>().PutAsync(new AgentSettings { IdentityLifetime = "1h" });
        var host = await LeftAsync(fleet);
        await fleet.Manager.StartAsync(clock: "+2h");
        var token = await fleet.NewTokenAsync();

        var early = await host.Agent.RejoinAsync(token);
        early.ExitCode.ShouldNotBe(0);
        early.Error.ShouldContain("The manager may not know yet that this host left");
        await fleet.Cluster.Machines.RemoveAsync("gw1");
        (await host.Agent.RejoinAsync(token)).Ok();

        host.Agent.Start();
        await host.ConnectedAsync();
    }

    private static async Task<FleetHost> LeftAsync(Fleet fleet)
    {
        var host = await fleet.NewIdleHostAsync(new() { Name = "gw1" });
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        await fleet.Manager.StopAsync();
        (await host.Agent.VerbAsync("leave", ["--offline"])).Ok();
        (await host.Agent.ExitAsync()).ShouldBe(0);
        return host;
    }

    private static async Task TellAsync(Fleet fleet, FleetHost host, string told)
    {
        if (told == "told by the rejoin") return;
        if (told == "told at the next start")
        {
            host.Agent.Start();
            (await host.Agent.ExitAsync()).ShouldBe(0);
        }
        else
        {
            (await host.Agent.VerbAsync("leave")).Ok();
        }

        (await fleet.MachineAsync("gw1")).State.ShouldBe(MachineState.Departed);
        (await Should.ThrowAsync<ProblemException>(() => Own(DestinationTls.None)(fleet.Cluster)))
            .Code.ShouldBe(ProblemCodes.LayerDeparted, "the layer of a departed machine is kept");
        var again = await host.Agent.VerbAsync("leave");
        (again.ExitCode, again.Error.Trim()).ShouldBe((5, "This host has already left its cluster."));
    }

    private static Func<ClusterResources, Task> Own(DestinationTls tls) =>
        Edit.Put("partner.example.test", new DestinationControl { Tls = tls }, Fleet.LevelOf("gw1"));

    private static async Task<string> LayerAsync(Fleet fleet) =>
        (await fleet.Rest.GetAsync(Fleet.At("destination-controls/partner.example.test?level=machine:gw1"))).Expect(200).Text;
}
