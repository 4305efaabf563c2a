using Cluster.Contracts.Failpoints;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>
/// The manager is killed in a renewal. Identities of an hour are due after half of it, so a manager forty minutes ahead sends its
/// agents to renew at once.
/// </summary>
public sealed class RenewalKillTests
{
    private const string Later = "+40m";

    public static TheoryData<string> Steps => [FailpointNames.RenewDurable];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task An_answer_that_is_durable_and_lost_is_given_again_to_the_same_key(string step)
    {
        await using var fleet = await RealFleet.StartAsync(new ManagerStartOptions { WithFailpoints = true });
        await fleet.Cluster.Singleton<AgentSettings>().PutAsync(new AgentSettings { IdentityLifetime = "1h" });
        var host = await fleet.NewIdleHostAsync(new() { Name = "gw1" });
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        await fleet.Manager.StopAsync();

        fleet.Manager.StartWithoutWaiting(step, Later);
        await fleet.Manager.ExitAsync();
        await fleet.Manager.StartAsync(clock: Later);

        await host.ConnectedAsync();
        await Eventually.Is(
            async () => (await host.Agent.VerbAsync("status")).Output.Contains("generation 2", StringComparison.Ordinal),
            "the host uses its second identity");
        (await fleet.MachineAsync("gw1")).Generation.ShouldBe(2, "it was issued once");
        // The stream of the first identity ends by the renewal.
        await host.ConnectedAsync();
    }
}
