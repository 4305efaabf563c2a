using Cluster.Client.Problems;
using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Problems;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>A join token lets in exactly whom it was made for, once, in its time; a refusal says why and changes nothing.</summary>
public sealed class JoinTokenTests(SharedFleet shared) : IClassFixture<SharedFleet>
{
    private const int NotAllowed = 4, Conflict = 5, VerificationFailed = 7;

    [Fact]
    public async Task A_used_token_lets_nobody_else_in()
    {
        var fleet = shared.Fleet;
        var first = await fleet.NewIdleHostAsync(new() { Name = "t1-gw1" });
        var second = await fleet.NewIdleHostAsync(new() { Name = "t1-gw2" });
        var token = await fleet.NewTokenAsync();
        (await first.Agent.JoinAsync(fleet.Manager, token)).Ok();

        var refused = await second.Agent.JoinAsync(fleet.Manager, token);

        Refused(refused, "join-token-used");
        await IsUnknownAsync(fleet, "t1-gw2");
        first.Agent.Start();
        await first.ConnectedAsync();
    }

    [Fact]
    public async Task A_token_that_many_hosts_use_at_once_lets_one_in()
    {
        var fleet = shared.Fleet;
        var hosts = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => fleet.NewIdleHostAsync(new() { Name = $"t5-gw{i}" })));
        var token = await fleet.NewTokenAsync();

        var joins = await Task.WhenAll(hosts.Select(h => h.Agent.JoinAsync(fleet.Manager, token)));

        joins.Count(j => j.ExitCode == 0).ShouldBe(1, string.Join('\n', joins.Select(j => j.ToString())));
        foreach (var refused in joins.Where(j => j.ExitCode != 0)) Refused(refused, "join-token-used");
        (await fleet.MachinesAsync())
            .Select(m => m.Name)
            .Where(n => n.StartsWith("t5-", StringComparison.Ordinal))
            .ShouldBe([hosts[Array.FindIndex(joins, j => j.ExitCode == 0)].Name]);
    }

    [Fact]
    public async Task A_revoked_and_an_invented_token_are_refused()
    {
        var fleet = shared.Fleet;
        var host = await fleet.NewIdleHostAsync(new() { Name = "t2-gw1" });
        var revoked = await fleet.NewTokenAsync();
        await fleet.Cluster.JoinTokens.DeleteAsync(revoked.Id);

        foreach (var token in new[] { revoked, revoked with { Token = revoked.Token![..^4] + "aaaa" } })
        {
            Refused(await host.Agent.JoinAsync(fleet.Manager, token), "join-token-invalid");
        }

        await IsUnknownAsync(fleet, "t2-gw1");
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.NewIdleHostAsync(new() { Name = "gw1" });
        var token = await fleet.NewTokenAsync();
        await fleet.Manager.StopAsync();
        await fleet.Manager.StartAsync(clock: "+2h");

        var refused = await host.Agent.JoinAsync(fleet.Manager, token);

        Refused(refused, "join-token-invalid");
        (await fleet.MachinesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_bound_to_a_name_takes_no_other_and_a_taken_name_takes_no_other_key()
    {
        var fleet = shared.Fleet;
        var one = await fleet.NewIdleHostAsync(new() { Name = "t3-gw1" });
        var two = await fleet.NewIdleHostAsync(new() { Name = "t3-gw2" });
        await fleet.Cluster.Machines.PrepareAsync(new MachineCreate { Name = "t3-gw1" });
        var bound = await fleet.NewTokenAsync(new JoinTokenCreate { Machine = "t3-gw1" });

        Refused(await two.Agent.JoinAsync(fleet.Manager, bound), "join-token-invalid");
        await IsUnknownAsync(fleet, "t3-gw2", "the token is for gw1");
        (await one.Agent.JoinAsync(fleet.Manager, bound)).Ok();
        var ordinary = await fleet.NewTokenAsync();
        var impostor = await fleet.NewIdleHostAsync(new() { Name = "t3-gw1" });
        Refused(await impostor.Agent.JoinAsync(fleet.Manager, ordinary), "machine-name-taken", Conflict);
    }

    [Fact]
    public async Task A_manager_with_another_root_gets_no_token()
    {
        var fleet = shared.Fleet;
        var host = await fleet.NewIdleHostAsync(new() { Name = "t4-gw1" });
        var token = await fleet.NewTokenAsync();
        var wrongPin = "sha256:" + new string('0', 64);

        var refused = await host.Agent.JoinAsync(fleet.Manager, token with { CaPin = wrongPin });

        refused.ExitCode.ShouldBe(VerificationFailed, refused.ToString());
        (await host.Agent.JoinAsync(fleet.Manager, token)).Ok();
    }

    [Fact]
    public async Task A_departed_machine_cannot_rejoin_with_the_token_of_another_cluster()
    {
        var fleet = shared.Fleet;
        var host = await fleet.NewIdleHostAsync(new() { Name = "t6-gw1" });
        await host.JoinAsync();
        host.Agent.Start();
        await host.ConnectedAsync();
        (await host.Agent.VerbAsync("leave")).Ok();
        (await host.Agent.ExitAsync()).ShouldBe(0);
        await fleet.Client.Clusters.CreateAsync("other");
        var other = fleet.Client.Cluster("other");
        var foreign = (await other.JoinTokens.CreateAsync()).Value;

        Refused(await host.Agent.RejoinAsync(foreign), "rejoin-proof-invalid");

        (await fleet.MachineAsync("t6-gw1")).State.ShouldBe(MachineState.Departed);
        (await other.Machines.ListAsync().ToListAsync()).ShouldBeEmpty();
    }

    private static void Refused(CommandResult join, string code, int exitCode = NotAllowed)
    {
        join.ExitCode.ShouldBe(exitCode, join.ToString());
        join.Error.ShouldStartWith("The manager refused: ");
        join.Error.ShouldContain($"({code})");
    }

    private static async Task IsUnknownAsync(Fleet fleet, string machine, string? why = null) =>
        (await Should.ThrowAsync<ProblemException>(() => fleet.MachineAsync(machine))).Code.ShouldBe(ProblemCodes.NotFound, why);
}
