using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Settings;
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
        var (before, old) = (await Fleet.RevisionAsync(), serving.Policy);
        await RestartAsync(step);

        var flip = serving.Flip();
        await LostAnswerAsync(() => flip(Fleet.Cluster));
        await Fleet.Manager.ExitAsync();
        (await serving.Host.SerialAsync()).ShouldBe(serial);
        await Fleet.Manager.StartAsync();

        await Fleet.RolloutsEndAsync();
        await serving.Host.InSyncAsync();
        var committed = step == FailpointNames.CommitDurable;
        if (!committed) serving.Flip();
        (await Fleet.RevisionAsync()).ShouldBe(committed ? before + 1 : before);
        (await Fleet.Cluster.Settings<Listener>().GetAsync("mx")).Value.Document!.DefaultPolicy.ShouldBe(committed ? serving.Policy : old);
        (await SmtpProbe.SightAsync(serving.Host.Postfix.Port)).ShouldBe(new SmtpSight(serving.Policy["tls-".Length..], serial));
        var next = await Fleet.Cluster.Settings<DestinationControl>()
            .PutAsync($"{step}.example.test", new DestinationControl { Tls = DestinationTls.Required });
        next.Receipt.Created.ShouldBeTrue();
        (await Fleet.RevisionAsync()).ShouldBe(committed ? before + 2 : before + 1, "no number is skipped or given twice");
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
        var current = (await Fleet.Cluster.Certificates.GetAsync("mx")).Value;
        (await serving.Host.SerialAsync()).ShouldBe(current.SerialNumber);
        (await serving.Host.SerialAsync()).ShouldNotBe(old);
        var held = (await Fleet.Cluster.Certificates.GetUsagesAsync("mx")).HeldBy;
        held.Select(h => h.PublicKeySha256).ShouldContain(current.PublicKeySha256.ShouldNotBeNull());
    }

    [Theory]
    [MemberData(nameof(JoinSteps))]
    public async Task When_the_answer_to_a_join_is_durable_and_lost_the_same_token_and_key_get_it_again(string step)
    {
        await serving.InSyncAsync();
        var before = (await Fleet.MachinesAsync()).Count;
        var host = await Fleet.NewIdleHostAsync(new() { Name = "late" });
        var token = await Fleet.NewTokenAsync();
        await RestartAsync(step);

        (await host.Agent.JoinAsync(Fleet.Manager, token)).ExitCode.ShouldNotBe(0);
        await Fleet.Manager.ExitAsync();
        await Fleet.Manager.StartAsync();

        (await host.Agent.JoinAsync(Fleet.Manager, token)).Ok();
        host.Agent.Start();
        await host.ConnectedAsync();
        (await Fleet.MachinesAsync()).Count.ShouldBe(before + 1);
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
}
