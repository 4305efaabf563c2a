using System.Text.Json.Nodes;
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
    private const string OwnItem = "destination-controls/partner.example.test?level=machine:gw1";

    [Fact]
    public async Task Leave_and_rejoin_restore_the_layer_byte_for_byte_and_touch_nothing()
    {
        await using var fleet = await RealFleet.StartAsync();
        var (host, serial) = await ServingHostAsync(fleet);
        (await fleet.Rest.PutAsync(Fleet.At(OwnItem), new JsonObject { ["tls"] = "required" })).Expect(200, 201);
        var own = await fleet.SelfSignedCertificateAtMachineAsync("own", "gw1");
        await fleet.RolloutsEndAsync();
        var before = await host.InSyncAsync();
        var layer = await LayerAsync(fleet);
        var (files, reloads, master) = (host.Postfix.Snapshot(), host.Postfix.Reloads, host.Postfix.MasterPid);

        (await host.Agent.VerbAsync("leave")).Ok();
        (await host.Agent.ExitAsync()).ShouldBe(0);

        ((string)(await fleet.MachineAsync("gw1"))["state"]!).ShouldBe("departed");
        (await host.SerialAsync()).ShouldBe(serial);
        (await fleet.Rest.PutAsync(Fleet.At(OwnItem), new JsonObject { ["tls"] = "none" })).Status.ShouldBe(409);
        (await LayerAsync(fleet)).ShouldBe(layer);
        host.Agent.Start();
        (await host.Agent.ExitAsync()).ShouldBe(0, "a departed agent has nothing to run");

        var token = await fleet.NewTokenAsync();
        (await host.Agent.RejoinAsync((string)token["token"]!)).Ok();
        host.Agent.Start();
        await host.ConnectedAsync();
        var after = await host.InSyncAsync();

        ((string)after["id"]!).ShouldBe((string)before["id"]!);
        ((string)after["group"]!).ShouldBe((string)before["group"]!);
        ((string)after["desired"]!["bundle"]!).ShouldBe((string)before["desired"]!["bundle"]!);
        (await LayerAsync(fleet)).ShouldBe(layer);
        ((string)(await fleet.Rest.GetAsync(Fleet.At("certificates/own?level=machine:gw1"))).Expect(200).Json["sha256"]!).ShouldBe(own);
        host.Postfix.Snapshot().ShouldBe(files);
        (host.Postfix.Reloads, host.Postfix.MasterPid).ShouldBe((reloads, master));
    }

    [Fact]
    public async Task A_machine_that_left_proves_itself_at_rejoin_by_its_last_key_or_a_token_made_for_it()
    {
        await using var fleet = await RealFleet.StartAsync();
        var (host, _) = await ServingHostAsync(fleet);
        var id = (string)(await fleet.MachineAsync("gw1"))["id"]!;
        (await host.Agent.VerbAsync("leave")).Ok();
        (await host.Agent.ExitAsync()).ShouldBe(0);

        var stranger = await fleet.NewHostAsync(new() { Name = "gw1" });
        var ordinary = await fleet.NewTokenAsync();
        var refused = await stranger.Agent.JoinAsync(fleet.Manager, (string)ordinary["caPin"]!, (string)ordinary["token"]!);
        refused.ExitCode.ShouldBe(5, "a name alone proves nothing");
        refused.Error.ShouldContain(
            "A machine named 'gw1' departed. Rejoin it with its last identity key or a token issued for it, or forget it first.");

        var restore = await fleet.NewTokenAsync(new JsonObject { ["restore"] = id });
        (await stranger.Agent.JoinAsync(fleet.Manager, (string)restore["caPin"]!, (string)restore["token"]!)).Ok();
        stranger.Agent.Start();
        await stranger.ConnectedAsync();
        ((string)(await fleet.MachineAsync("gw1"))["id"]!).ShouldBe(id);
    }

    [Fact]
    public async Task Disconnect_pushes_nothing_until_reconnect_which_sends_only_what_differs()
    {
        await using var fleet = await RealFleet.StartAsync();
        var (host, serial) = await ServingHostAsync(fleet);
        var (files, reloads) = (host.Postfix.Snapshot(), host.Postfix.Reloads);

        (await fleet.Rest.PostAsync(Fleet.At("machines/gw1/disconnect"))).Expect(200, 204);
        await fleet.MachineBecomesAsync("gw1", m => (string)m["state"]! == "disconnected", "is disconnected");
        (await fleet.Rest.PostAsync(Fleet.At("machines/gw1/reconnect"))).Expect(200, 204);
        await host.InSyncAsync();
        host.Postfix.Snapshot().ShouldBe(files);
        host.Postfix.Reloads.ShouldBe(reloads);

        (await fleet.Rest.PostAsync(Fleet.At("machines/gw1/disconnect"))).Expect(200, 204);
        var renewed = await fleet.RenewAsync("mx");
        await fleet.MachineBecomesAsync("gw1", m => (string)m["state"]! == "disconnected", "is still disconnected");
        (await host.SerialAsync()).ShouldBe(serial);
        (await fleet.Rest.PostAsync(Fleet.At("machines/gw1/reconnect"))).Expect(200, 204);
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
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", "required")));
        await host.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(serial);
        return (host, serial);
    }

    private static async Task<string> LayerAsync(Fleet fleet) =>
        (await fleet.Rest.GetAsync(Fleet.At(OwnItem))).Expect(200).Text
            + (await fleet.Rest.GetAsync(Fleet.At("certificates/own?level=machine:gw1"))).Expect(200).Text;
}
