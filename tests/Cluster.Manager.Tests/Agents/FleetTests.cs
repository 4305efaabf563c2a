using System.Diagnostics;
using Cluster.Contracts.Rollouts;
using Cluster.Manager.Tests.Hosting;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Agents;

public sealed class FleetTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Agents = 500;
    private readonly TestManager host = new();

    public ValueTask InitializeAsync() => host.InitializeAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Five_hundred_agents_get_a_commit_and_acknowledge_it()
    {
        var token = await host.NewTokenAsync(new() { Uses = Agents });
        var watch = Stopwatch.StartNew();
        var agents = new TestAgent[Agents];
        await Parallel.ForAsync(
            0,
            Agents,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => agents[i] = await TestAgent.JoinAsync(host, token, $"mx{i}.example.test"));
        output.WriteLine($"{Agents} joins: {watch.Elapsed.TotalSeconds:0.0} s");

        watch.Restart();
        var streams = new TestStream[Agents];
        await Parallel.ForAsync(0, Agents, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            streams[i] = await agents[i].ConnectAsync();
            await streams[i].WelcomeAsync();
        });
        output.WriteLine($"{Agents} streams: {watch.Elapsed.TotalSeconds:0.0} s");

        for (var round = 1; round <= 3; round++)
        {
            watch.Restart();
            var commit = await host.CommitHostnameAsync($"a{round}.example", "many-machines");
            var committed = watch.ElapsedMilliseconds;
            await Task.WhenAll(streams.Select(s => AcknowledgeAsync(s, (ulong)round)));
            output.WriteLine($"commit {committed} ms, commit to last acknowledgement sent {watch.ElapsedMilliseconds} ms");
            await host.RolloutStateAsync(commit, RolloutState.Succeeded);
            (await host.RolloutAsync(commit)).Counts!.Verified.ShouldBe(Agents);
            output.WriteLine($"rollout succeeded after {watch.ElapsedMilliseconds} ms");
        }

        (await StoredContents.CountAsync(host)).ShouldBe(6, "each distinct bundle and part is stored once");
        foreach (var stream in streams) await stream.DisposeAsync();
        foreach (var agent in agents) agent.Dispose();
    }

    private static async Task AcknowledgeAsync(TestStream stream, ulong round)
    {
        var (offer, assignment) = await stream.OfferAsync();
        var part = SessionTests.PartsOf(offer).Single();
        (await stream.AskAsync([part], [])).Parts.Count.ShouldBe(1);
        await stream.BeatAsync(RolloutTests.Verified(part, assignment, round), TestStream.Held(offer, assignment));
    }
}
