using Cluster.Contracts.Failpoints;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Shouldly;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>A process of the agent is killed at a step of its own.</summary>
internal static class AgentKills
{
    /// <summary>In a join: the same token goes on where it was cut.</summary>
    internal static async Task InJoinAsync(string step)
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.NewHostAsync(new() { Name = "gw1", WithFailpoints = true });
        var token = await fleet.NewTokenAsync();
        string[] arguments = ["--manager", fleet.Manager.AgentsAddress, "--ca-pin", (string)token["caPin"]!, "--token-file", "-", "--name", "gw1"];

        (await host.Agent.VerbAsync("join", arguments, (string)token["token"]!, step)).ExitCode.ShouldBe(137, "the join was killed");

        // Once the identity is stored the host has joined: said again, the join is a conflict (exit code 5) and changes nothing.
        var again = await host.Agent.VerbAsync("join", arguments, (string)token["token"]!);
        again.ExitCode.ShouldBe(step == FailpointNames.IdentityStored ? 5 : 0, again.ToString());
        host.Agent.Start();
        await host.ConnectedAsync();
        (await fleet.Rest.GetAsync(Fleet.At("machines"))).Expect(200).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    /// <summary>While a change is applied: old or new, never a mix; then the new.</summary>
    internal static async Task InApplyAsync(string step)
    {
        await using var serving = await ServingHost.StartAsync(agentWithFailpoints: true);
        var host = serving.Host;
        await RestartAsync(host, step);

        var renewed = await serving.Fleet.RenewAsync("mx");
        await serving.Fleet.CommitAsync(("listeners/mx", Fleet.Listener("mx", "tls-required")));
        await host.Agent.KilledAsync();

        await serving.ServesOldOrAsync(renewed);
        host.Agent.Start();
        await host.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(renewed);
        (await Cluster.Testing.Postfix.SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
        (await host.Postfix.PostfixAsync("check")).Ok();
    }

    /// <summary>
    /// While a failed change is undone. The master of Postfix is frozen, so that a reload succeeds and the old certificate is still served.
    /// </summary>
    internal static async Task InRestoreAsync(string step)
    {
        await using var serving = await ServingHost.StartAsync(agentWithFailpoints: true);
        var host = serving.Host;
        await RestartAsync(host, step);
        var master = host.Postfix.MasterPid;
        Host.Freeze(master);
        string renewed;
        try
        {
            renewed = await serving.Fleet.RenewAsync("mx");
            await host.Agent.KilledAsync();
        }
        finally
        {
            Host.Thaw(master);
        }

        await serving.ServesOldOrAsync(renewed);
        host.Agent.Start();
        await host.ConnectedAsync();
        (await serving.Fleet.Rest.PostAsync(Fleet.At("machines/gw1/retry"))).Expect(200, 204);
        await host.InSyncAsync();
        (await host.SerialAsync()).ShouldBe(renewed);
        host.Postfix.MasterPid.ShouldBe(master);
    }

    private static async Task RestartAsync(FleetHost host, string step)
    {
        await host.Agent.StopAsync();
        host.Agent.Start(step);
        await host.ConnectedAsync();
    }
}
