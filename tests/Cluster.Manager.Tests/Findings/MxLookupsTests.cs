using Cluster.Domain.Validation;
using Cluster.Manager.Features.Findings;
using Cluster.Manager.Hosting;
using Cluster.Testing;
using Cluster.Testing.Dns;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Findings;

/// <summary>Look-ups of several clusters, with a real name server behind a relay that loses some queries.</summary>
public sealed class MxLookupsTests : IAsyncLifetime
{
    private static readonly Guid One = Guid.NewGuid();
    private static readonly Guid Other = Guid.NewGuid();
    private readonly SteppedClock clock = new();
    private readonly MxRecordMemory answers = new();
    private NameServer server = null!;
    private LossyRelay relay = null!;
    private MxSchedule schedule = null!;
    private MxLookups lookups = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(NameServer.WhyNone.Length > 0, NameServer.WhyNone);
        server = await NameServer.StartAsync("example.test", "* MX 10 mx");
        relay = new LossyRelay(server, "slow");
        schedule = new MxSchedule(clock);
        lookups = new MxLookups(
            schedule,
            new MxResolver(new ManagerOptions { DataDirectory = "unused", Dns = relay.Address }, schedule, answers, clock),
            clock,
            NullLogger<MxLookups>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        lookups?.Dispose();
        if (relay is not null) await relay.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }

    [Fact]
    public async Task A_domain_without_an_answer_delays_no_other_cluster_and_none_of_its_own()
    {
        string[] slow = ["a1.slow.example.test", "a2.slow.example.test", "a3.slow.example.test"];
        var quick = Enumerable.Range(0, 40).Select(n => $"b{n}.example.test").ToList();

        Begin(
            (One, [.. slow, .. quick]),
            (Other, ["c.example.test", "a4.slow.example.test", "a5.slow.example.test", "a6.slow.example.test"]));

        await Eventually.Is(
            () =>
                Task.FromResult(quick.TrueForAll(d => answers.For(One)(d) is not null) && answers.For(Other)("c.example.test") is not null),
            "the others are answered");
        slow.ShouldAllBe(d => !schedule.Knows(One, d));

        Begin((One, [.. slow, "late.example.test"]));
        await Eventually.Is(
            () => Task.FromResult(answers.For(One)("late.example.test") is not null), "what comes later is answered meanwhile");
        slow.ShouldAllBe(d => !schedule.Knows(One, d));
    }

    [Fact]
    public async Task A_cluster_has_a_number_of_look_ups_in_a_round()
    {
        var many = Enumerable.Range(0, MxLane.Quota + 20).Select(n => $"d{n:D3}.example.test").ToArray();
        Begin((One, many), (Other, ["c.example.test"]));
        await Eventually.Is(
            () => Task.FromResult(many.Count(d => schedule.Knows(One, d)) == MxLane.Quota && schedule.Knows(Other, "c.example.test")),
            "the quota is used up");

        Begin((One, many), (Other, ["c.example.test", "e.example.test"]));
        await Eventually.Is(() => Task.FromResult(schedule.Knows(Other, "e.example.test")), "the other cluster goes on");
        relay.Passed.ShouldBe(MxLane.Quota + 2);

        clock.Step(MxLane.Round);
        Begin((One, many));
        await Eventually.Is(() => Task.FromResult(many.All(d => schedule.Knows(One, d))), "the next round looks the others up");
        relay.Passed.ShouldBe(many.Length + 2);
    }

    [Fact]
    public void Only_what_findings_show_counts_as_a_change_and_only_in_its_cluster()
    {
        var seen = new MxFacts(MxOutcome.Hosts, ["mx1.example.test"], clock.GetUtcNow());
        answers.Set(One, "example.test", seen);
        var (one, other) = (answers.VersionOf(One), answers.VersionOf(Other));

        answers.Set(One, "example.test", seen with { Hosts = ["mx1.example.test"], CheckedAt = seen.CheckedAt.AddMinutes(15) });
        answers.VersionOf(One).ShouldBe(one);
        answers.For(One)("example.test")!.CheckedAt.ShouldBe(seen.CheckedAt.AddMinutes(15));

        answers.Set(One, "example.test", seen with { More = 1 });
        answers.VersionOf(One).ShouldBeGreaterThan(one);
        answers.VersionOf(Other).ShouldBe(other);
        answers.For(Other)("example.test").ShouldBeNull();
    }

    private void Begin(params (Guid ClusterId, string[] Domains)[] wanted) =>
        lookups.Begin(
            wanted.ToDictionary(w => w.ClusterId, IReadOnlySet<string> (w) => w.Domains.ToHashSet(StringComparer.Ordinal)),
            TestContext.Current.CancellationToken);

    private sealed class SteppedClock : TimeProvider
    {
        private long ticks = System.GetUtcNow().UtcTicks;

        public void Step(TimeSpan span) => Interlocked.Add(ref ticks, span.Ticks);

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);
    }
}
