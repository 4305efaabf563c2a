using Cluster.Contracts.Failpoints;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Kills;

/// <summary>An agent is killed while it joins: the same token goes on where it was cut.</summary>
public sealed class JoinKillTests(SharedFleet shared) : IClassFixture<SharedFleet>
{
    public static TheoryData<string> Steps =>
        [FailpointNames.PendingKeyStored, FailpointNames.JoinAnswered, FailpointNames.MembershipStored, FailpointNames.IdentityStored];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_join_goes_on_after_a_kill(string step)
    {
        var fleet = shared.Fleet;
        var name = step.Replace('.', '-');
        var host = await fleet.NewIdleHostAsync(new() { Name = name, WithFailpoints = true });
        var before = (await fleet.MachinesAsync()).Count;
        var token = await fleet.NewTokenAsync();
        string[] arguments = [
            "--manager", fleet.Manager.AgentsAddress, "--ca-pin", token.CaPin!, "--token-file", "-", "--name", name
        ];

        (await host.Agent.VerbAsync("join", arguments, token.Token!, step)).ExitCode.ShouldBe(137, "the join was killed");

        // Once the identity is stored the host has joined: said again, the join is a conflict (exit code 5) and changes nothing.
        var again = await host.Agent.VerbAsync("join", arguments, token.Token!);
        again.ExitCode.ShouldBe(step == FailpointNames.IdentityStored ? 5 : 0, again.ToString());
        host.Agent.Start();
        await host.ConnectedAsync();
        (await fleet.MachinesAsync()).Count.ShouldBe(before + 1);
    }
}
