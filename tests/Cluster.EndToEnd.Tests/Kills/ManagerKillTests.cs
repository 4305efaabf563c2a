using System.Text.Json.Nodes;
using Cluster.Contracts.Failpoints;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// The manager is killed at a step of its own: what is committed is there whole and rolled out, the rest is not there at all.
/// </summary>
public sealed class ManagerKillTests(ServingHostOfMortalManager serving) : IClassFixture<ServingHostOfMortalManager>
{
    public static TheoryData<string> CommitSteps => [FailpointNames.CommitInTransaction, FailpointNames.CommitDurable];

    public static TheoryData<string> RolloutSteps => [FailpointNames.RolloutStarted, FailpointNames.KeysRecorded];

    public static TheoryData<string> JoinSteps => [FailpointNames.JoinDurable];

    private Fleet Fleet => serving.Fleet;

    [Theory]
    [MemberData(nameof(CommitSteps))]
    public async Task In_and_right_after_the_commit_transaction(string step)
    {
        var serial = await serving.InSyncAsync();
        var (before, old) = (await RevisionAsync(), serving.Policy);
        await RestartAsync(step);

        var flip = serving.Flip();
        await LostAnswerAsync(() => Fleet.Rest.PutAsync(Fleet.At(flip.Path), flip.Body));
        await Fleet.Manager.ExitAsync();
        (await serving.Host.SerialAsync()).ShouldBe(serial);
        await Fleet.Manager.StartAsync();

        await Fleet.RolloutsEndAsync();
        await serving.Host.InSyncAsync();
        var committed = step == FailpointNames.CommitDurable;
        if (!committed) serving.Flip();
        (await RevisionAsync()).ShouldBe(committed ? before + 1 : before);
        ((string)(await Fleet.Rest.GetAsync(Fleet.At("listeners/mx"))).Expect(200).Json["defaultPolicy"]!).ShouldBe(
            committed ? serving.Policy : old);
        (await SmtpProbe.SightAsync(serving.Host.Postfix.Port)).ShouldBe(new SmtpSight(serving.Policy["tls-".Length..], serial));
        (await Fleet.Rest.PutAsync(
            Fleet.At($"destination-controls/{step}.example.test"), new JsonObject { ["tls"] = "required" })).Expect(201);
        (await RevisionAsync()).ShouldBe(committed ? before + 2 : before + 1, "no number is skipped or given twice");
    }

    [Theory]
    [MemberData(nameof(RolloutSteps))]
    public async Task While_a_rollout_starts_and_a_key_is_delivered(string step)
    {
        var old = await serving.InSyncAsync();
        await Fleet.OpenRenewalAsync("mx");
        var signed = await Fleet.SignOpenRequestAsync("mx");
        await RestartAsync(step);
        await serving.Host.ConnectedAsync();

        await LostAnswerAsync(() => Fleet.UploadAsync("mx", signed));
        await Fleet.Manager.ExitAsync();
        (await serving.Host.SerialAsync()).ShouldBe(old);
        await Fleet.Manager.StartAsync();

        await Fleet.RolloutsEndAsync();
        await serving.Host.InSyncAsync();
        var current = (await Fleet.Rest.GetAsync(Fleet.At("certificates/mx"))).Expect(200).Json;
        (await serving.Host.SerialAsync()).ShouldBe((string)current["serialNumber"]!);
        (await serving.Host.SerialAsync()).ShouldNotBe(old);
        var held = (await Fleet.Rest.GetAsync(Fleet.At("certificates/mx/usages"))).Expect(200).Json["heldBy"]!.AsArray();
        held.Select(h => (string)h!["publicKeySha256"]!).ShouldContain((string)current["publicKeySha256"]!);
    }

    [Theory]
    [MemberData(nameof(JoinSteps))]
    public async Task When_the_answer_to_a_join_is_durable_and_lost_the_same_token_and_key_get_it_again(string step)
    {
        await serving.InSyncAsync();
        var before = await MachinesAsync();
        var host = await Fleet.NewIdleHostAsync(new() { Name = "late" });
        var token = await Fleet.NewTokenAsync();
        await RestartAsync(step);

        (await host.Agent.JoinAsync(Fleet.Manager, (string)token["caPin"]!, (string)token["token"]!)).ExitCode.ShouldNotBe(0);
        await Fleet.Manager.ExitAsync();
        await Fleet.Manager.StartAsync();

        (await host.Agent.JoinAsync(Fleet.Manager, (string)token["caPin"]!, (string)token["token"]!)).Ok();
        host.Agent.Start();
        await host.ConnectedAsync();
        (await MachinesAsync()).ShouldBe(before + 1);
    }

    private async Task RestartAsync(string step)
    {
        await Fleet.Manager.StopAsync();
        await Fleet.Manager.StartAsync(step);
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

    private async Task<int> RevisionAsync() => (int)(await Fleet.Rest.GetAsync($"/clusters/{Fleet.Name}")).Expect(200).Json["revision"]!;

    private async Task<int> MachinesAsync() => (await Fleet.Rest.GetAsync(Fleet.At("machines"))).Expect(200).Json["items"]!.AsArray().Count;
}
