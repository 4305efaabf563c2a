using Cluster.Client.Problems;
using Cluster.Client.Values;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>
/// However a host goes away and comes back: its services go on, nothing is lost, nothing is rewritten, nothing is reloaded.
/// </summary>
public sealed class LeaveRejoinTests
{
    private static readonly WriteOptions Own = new() { Level = Fleet.LevelOf("gw1") };

    [Fact]
    public async Task Leave_and_rejoin_restore_the_layer_byte_for_byte_and_touch_nothing()
    {
        await using var fleet = await RealFleet.StartAsync();
        var (host, serial) = await ServingHostAsync(fleet);
        await PutOwnAsync(fleet, DestinationTls.Required);
        var own = await fleet.SelfSignedCertificateAtMachineAsync("own", "gw1");
        await fleet.RolloutsEndAsync();
        var before = await host.InSyncAsync();
        var layer = await LayerAsync(fleet);
        var (files, reloads, master) = (host.Postfix.Snapshot(), host.Postfix.Reloads, host.Postfix.MasterPid);

        (await host.Agent.VerbAsync("leave")).Ok();
        (await host.Agent.ExitAsync()).ShouldBe(0);

        (await fleet.MachineAsync("gw1")).State.ShouldBe(MachineState.Departed);
        (await host.SerialAsync()).ShouldBe(serial);
        (await Should.ThrowAsync<ProblemException>(() => PutOwnAsync(fleet, DestinationTls.None)))
            .Code.ShouldBe(ProblemCodes.LayerDeparted);
        (await LayerAsync(fleet)).ShouldBe(layer);
        host.Agent.Start();
        (await host.Agent.ExitAsync()).ShouldBe(0, "a departed agent has nothing to run");

        (await host.Agent.RejoinAsync(await fleet.NewTokenAsync())).Ok();
        host.Agent.Start();
        await host.ConnectedAsync();
        var after = await host.InSyncAsync();

        after.Id.ShouldBe(before.Id);
        after.Group.ShouldBe(before.Group);
        after.Desired!.Bundle.ShouldNotBeNull().ShouldBe(before.Desired!.Bundle);
        (await LayerAsync(fleet)).ShouldBe(layer);
        (await fleet.Cluster.Certificates.GetAsync("own", new ViewOptions { Level = Own.Level })).Value.Sha256.ShouldBe(own);
        host.Postfix.Snapshot().ShouldBe(files);
        (host.Postfix.Reloads, host.Postfix.MasterPid).ShouldBe((reloads, master));
    }

    [Fact]
    public async Task A_machine_that_left_proves_itself_at_rejoin_by_its_last_key_or_a_token_made_for_it()
    {
        await using var fleet = await RealFleet.StartAsync();
        var (host, _) = await ServingHostAsync(fleet);
        var id = (await fleet.MachineAsync("gw1")).Id;
        (await host.Agent.VerbAsync("leave")).Ok();
        (await host.Agent.ExitAsync()).ShouldBe(0);

        var stranger = await fleet.NewHostAsync(new() { Name = "gw1" });
        var refused = await stranger.Agent.JoinAsync(fleet.Manager, await fleet.NewTokenAsync());
        refused.ExitCode.ShouldBe(5, "a name alone proves nothing");
        refused.Error.ShouldContain(
            "A machine named 'gw1' departed. Rejoin it with its last identity key or a token issued for it, or forget it first.");

        var restore = await fleet.NewTokenAsync(new JoinTokenCreate { Restore = id });
        (await stranger.Agent.JoinAsync(fleet.Manager, restore)).Ok();
        stranger.Agent.Start();
        await stranger.ConnectedAsync();
        (await fleet.MachineAsync("gw1")).Id.ShouldBe(id);
    }

    [Fact]
    public async Task Disconnect_pushes_nothing_until_reconnect_which_sends_only_what_differs()
    {
        await using var fleet = await RealFleet.StartAsync();
        var (host, serial) = await ServingHostAsync(fleet);
        var (files, reloads) = (host.Postfix.Snapshot(), host.Postfix.Reloads);

        await fleet.Cluster.Machines.DisconnectAsync("gw1");
        await fleet.MachineBecomesAsync("gw1", m => m.State == MachineState.Disconnected, "is disconnected");
        await fleet.Cluster.Machines.ReconnectAsync("gw1");
        await host.InSyncAsync();
        host.Postfix.Snapshot().ShouldBe(files);
        host.Postfix.Reloads.ShouldBe(reloads);

        await fleet.Cluster.Machines.DisconnectAsync("gw1");
        var renewed = await fleet.RenewAsync("mx");
        await fleet.MachineBecomesAsync("gw1", m => m.State == MachineState.Disconnected, "is still disconnected");
        (await host.SerialAsync()).ShouldBe(serial);
        await fleet.Cluster.Machines.ReconnectAsync("gw1");
        await host.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(renewed);
    }

    [Fact]
    public async Task A_host_restarts_from_its_last_good_state_while_the_manager_is_down()
    {
        await using var fleet = await RealFleet.StartAsync();
        var (host, serial) = await ServingHostAsync(fleet);
        var files = host.Postfix.Snapshot();
        await fleet.Manager.KillAsync();
        (await host.SerialAsync()).ShouldBe(serial);

        await host.Agent.KillAsync();
        await host.Postfix.KillAsync();
        host.Agent.Start();
        await host.Postfix.StartAsync();
        (await host.SerialAsync()).ShouldBe(serial);
        (await host.Agent.VerbAsync("status", ["-o", "json"])).Ok().Output.ShouldContain("postfix");

        await fleet.Manager.StartAsync();
        await host.InSyncAsync();
        host.Postfix.Snapshot().ShouldBe(files);
        host.Postfix.Reloads.ShouldBe(1, "the one of the first commit");
    }

    private static async Task<(FleetHost Host, string Serial)> ServingHostAsync(Fleet fleet)
    {
        var host = await fleet.JoinAsync("gw1");
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Required)));
        await host.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(serial);
        return (host, serial);
    }

    private static Task PutOwnAsync(Fleet fleet, DestinationTls tls) =>
        fleet.Cluster.Settings<DestinationControl>().PutAsync("partner.example.test", new DestinationControl { Tls = tls }, Own);

    private static async Task<string> LayerAsync(Fleet fleet) =>
        (await fleet.Rest.GetAsync(Fleet.At("destination-controls/partner.example.test?level=machine:gw1"))).Expect(200).Text
            + (await fleet.Rest.GetAsync(Fleet.At("certificates/own?level=machine:gw1"))).Expect(200).Text;
}
