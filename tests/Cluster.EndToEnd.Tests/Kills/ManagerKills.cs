using System.Text.Json.Nodes;
using Cluster.Contracts.Failpoints;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>The manager is killed at a step of its own.</summary>
internal static class ManagerKills
{
    /// <summary>In and right after the commit transaction: the revision is there whole and rolled out, or not at all.</summary>
    internal static async Task InCommitAsync(string step)
    {
        await using var serving = await ServingHost.StartAsync(managerWithFailpoints: true);
        var before = await RevisionAsync(serving.Fleet);
        await RestartAsync(serving.Fleet, step);

        await LostAnswerAsync(() => serving.Fleet.Rest.PutAsync(Fleet.At("listeners/mx"), Fleet.Listener("mx", "tls-required")));
        await serving.Fleet.Manager.ExitAsync();
        (await serving.Host.SerialAsync()).ShouldBe(serving.OldSerial);
        await serving.Fleet.Manager.StartAsync();

        await serving.Host.InSyncAsync();
        var committed = step == FailpointNames.CommitDurable;
        (await RevisionAsync(serving.Fleet)).ShouldBe(committed ? before + 1 : before);
        ((string)(await serving.Fleet.Rest.GetAsync(Fleet.At("listeners/mx"))).Expect(200).Json["defaultPolicy"]!).ShouldBe(committed ? "tls-required" : "tls-preferred");
        (await Cluster.Testing.Postfix.SmtpProbe.MailInClearAsync(serving.Host.Postfix.Port)).ShouldStartWith(committed ? "530" : "250");
        (await serving.Fleet.Rest.PutAsync(Fleet.At("destination-controls/next.example.test"), new JsonObject { ["tls"] = "required" })).Expect(201);
        (await RevisionAsync(serving.Fleet)).ShouldBe(committed ? before + 2 : before + 1, "no number is skipped or given twice");
    }

    /// <summary>The answer to a join is durable and lost: the same token and key get it again.</summary>
    internal static async Task InJoinAsync(string step)
    {
        await using var fleet = await RealFleet.StartAsync(new ManagerOptions { WithFailpoints = true });
        var host = await fleet.NewHostAsync(new() { Name = "gw1" });
        var token = await fleet.NewTokenAsync();
        await RestartAsync(fleet, step);

        (await host.Agent.JoinAsync(fleet.Manager, (string)token["caPin"]!, (string)token["token"]!)).ExitCode.ShouldNotBe(0);
        await fleet.Manager.ExitAsync();
        await fleet.Manager.StartAsync();

        (await host.Agent.JoinAsync(fleet.Manager, (string)token["caPin"]!, (string)token["token"]!)).Ok();
        host.Agent.Start();
        await host.ConnectedAsync();
        (await fleet.Rest.GetAsync(Fleet.At("machines"))).Expect(200).Json["items"]!.AsArray().Count.ShouldBe(1);
    }

    /// <summary>A rollout or a key delivery is cut: it goes on after the restart.</summary>
    internal static async Task InRolloutAsync(string step)
    {
        await using var serving = await ServingHost.StartAsync(managerWithFailpoints: true);
        await serving.Fleet.OpenRenewalAsync("mx");
        var signed = await serving.Fleet.SignOpenRequestAsync("mx");
        await RestartAsync(serving.Fleet, step);
        await serving.Host.ConnectedAsync();

        await LostAnswerAsync(() => serving.Fleet.UploadAsync("mx", signed));
        await serving.Fleet.Manager.ExitAsync();
        (await serving.Host.SerialAsync()).ShouldBe(serving.OldSerial);
        await serving.Fleet.Manager.StartAsync();

        await serving.Host.InSyncAsync();
        var current = (await serving.Fleet.Rest.GetAsync(Fleet.At("certificates/mx"))).Expect(200).Json;
        (await serving.Host.SerialAsync()).ShouldBe((string)current["serialNumber"]!);
        (await serving.Host.SerialAsync()).ShouldNotBe(serving.OldSerial);
        var held = (await serving.Fleet.Rest.GetAsync(Fleet.At("certificates/mx/usages"))).Expect(200).Json["heldBy"]!.AsArray();
        held.Select(h => (string)h!["publicKeySha256"]!).ShouldContain((string)current["publicKeySha256"]!);
    }

    private static async Task RestartAsync(Fleet fleet, string step)
    {
        await fleet.Manager.StopAsync();
        await fleet.Manager.StartAsync(step);
    }

    private static async Task LostAnswerAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (HttpRequestException)
        {
            // The manager dies before or after it answers, as the step says.
        }
    }

    private static async Task<int> RevisionAsync(Fleet fleet) => (int)(await fleet.Rest.GetAsync($"/clusters/{Fleet.Name}")).Expect(200).Json["revision"]!;
}
