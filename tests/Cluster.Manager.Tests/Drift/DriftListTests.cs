using Cluster.Client.Findings;
using Cluster.Contracts.Drift;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Agents;
using Cluster.Manager.Tests.Hosting;
using Cluster.Protocol.V1;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Drift;

/// <summary>The cluster check: what hosts report as changed by somebody else, with what the manager knows of it.</summary>
public sealed class DriftListTests(TestManager host) : IClassFixture<TestManager>
{
    private const string Path = "/etc/postfix/main.cf#smtp_tls_chain_files";

    [Fact]
    public async Task A_difference_says_which_level_defines_the_item_who_changed_it_last_and_what_stands_where()
    {
        using var agent = await TestAgent.NewAsync(host, "told");
        await using var stream = await ConnectAsync(agent);
        await host.CommitHostnameAsync("a.example");
        var made = await host.Cluster.Singleton<OutboundSettings>()
            .PutAsync(new OutboundSettings { Hostname = "own.example" }, AgentSteps.OfMachine("told"));
        await ReportAsync(
            stream, Outbound(), new Protocol.V1.Drift { Path = "probe", What = "Listener in: another certificate", Since = 2_000 });

        var found = await ListAsync("told");

        found.ShouldBe(
        [
            new DriftShape
            {
                Machine = "told",
                Service = "postfix",
                Path = Path,
                What = "is empty, applied was x",
                Since = DateTimeOffset.FromUnixTimeSeconds(1),
                Level = "machine:told",
                Kind = "outbound",
                Name = "-",
                Intended = "x",
                OnDisk = "empty",
                FileModifiedAt = DateTimeOffset.FromUnixTimeSeconds(9),
                FileOwner = "root",
                DefinedBy = found[0].DefinedBy,
                Policy = DriftPolicy.Report,
                State = DriftState.Open,
            },
            new DriftShape
            {
                Machine = "told",
                Service = "postfix",
                Path = "probe",
                What = "Listener in: another certificate",
                Since = DateTimeOffset.FromUnixTimeSeconds(2),
                Policy = DriftPolicy.Report,
                State = DriftState.Open,
            },
        ]);
        found[0].DefinedBy.ShouldNotBeNull();
        (found[0].DefinedBy!.Level, found[0].DefinedBy!.Revision).ShouldBe(("machine:told", made.Receipt.Revision));
        found[0].DefinedBy!.Author.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_listed()
    {
        using var one = await TestAgent.NewAsync(host, "mx1");
        using var other = await TestAgent.NewAsync(host, "mx2");
        await using var first = await ConnectAsync(one, h => h.Services[0].Name = "mail-in");
        await using var second = await ConnectAsync(other, h => h.Services[0].Name = "mail-in");
        await host.CommitHostnameAsync("a.example");
        await host.Cluster.Singleton<OutboundSettings>()
            .PutAsync(new OutboundSettings { Hostname = "own.example" }, AgentSteps.OfMachine("mx2"));
        await ReportAsync(first, "mail-in", Outbound());
        await ReportAsync(second, "mail-in", Outbound(), new Protocol.V1.Drift { Path = "master.cf", What = "differs", Since = 1 });

        (await ListAsync(new DriftFilter { Machine = "mx1" })).Select(d => d.Machine).ShouldBe(["mx1"]);
        (await ListAsync(new DriftFilter { Service = "mail-in", Level = "cluster" })).Select(d => d.Machine).ShouldBe(["mx1"]);
        (await ListAsync(new DriftFilter { Level = "machine:mx2" })).Select(d => d.Path).ShouldBe([Path]);
        (await ListAsync(new DriftFilter { Service = "mail-in", Kind = "outbound", Name = "-" })).Select(d => d.Machine)
            .ShouldBe(["mx1", "mx2"]);
        (await ListAsync(new DriftFilter { Kind = "listeners" })).ShouldBeEmpty();
        (await ListAsync(new DriftFilter { Service = "mail-in" })).Count.ShouldBe(3);
        (await ListAsync(new DriftFilter { Service = "nginx" })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("level=edge", 422, "invalid-parameter", "group:NAME")]
    [InlineData("kind=listener", 422, "invalid-parameter", "listeners")]
    [InlineData("level=group:nosuch", 404, "not-found", "nosuch")]
    [InlineData("machine=nosuch", 404, "not-found", "nosuch")]
    public async Task What_nobody_knows_is_told_and_not_an_empty_list(string query, int status, string code, string told)
    {
        var refused = (await host.Rest.GetAsync(TestManager.At($"drift?{query}"))).Expect(status);

        refused.Code.ShouldBe(code);
        refused.Text.ShouldContain(told);
    }

    [Fact]
    public async Task What_is_repaired_says_so_and_what_only_shows_on_the_wire_or_is_held_stays_open()
    {
        using var agent = await TestAgent.NewAsync(host, "repaired");
        await using var stream = await ConnectAsync(agent, h => h.Services[0].Features.Add("drift.repair"));
        await host.Cluster.Singleton<AgentSettings>()
            .PutAsync(
                new AgentSettings
                {
                    Drift = new DriftSettings { Services = new Dictionary<string, DriftPolicy> { ["postfix"] = DriftPolicy.Repair } },
                },
                AgentSteps.OfMachine("repaired"));
        var probe = new Protocol.V1.Drift
        {
            Path = "probe",
            What = "differs",
            Kind = "listeners",
            Name = "in",
            OnWire = "another certificate",
        };
        await ReportAsync(stream, Outbound(), probe);

        var found = await ListAsync("repaired");
        found.Select(d => (d.Path, d.Policy, d.State)).ShouldBe(
            [(Path, DriftPolicy.Repair, DriftState.Repairing), ("probe", DriftPolicy.Repair, DriftState.Open)]);
        (found[1].OnWire, found[1].OnDisk, found[1].Level).ShouldBe(("another certificate", null, null), "no level defines that listener");

        await ReportAsync(stream, "postfix", 2, new Hold { Since = 1 }, Outbound());
        (await ListAsync("repaired")).Select(d => d.State).ShouldBe([DriftState.Open]);
    }

    [Fact]
    public async Task A_policy_that_the_host_does_not_know_is_no_repair()
    {
        using var agent = await TestAgent.NewAsync(host, "older");
        await using (await ConnectAsync(agent, h => h.Services[0].Features.Add("drift.repair")))
        {
            await host.Cluster.Singleton<AgentSettings>()
                .PutAsync(new AgentSettings { Drift = new DriftSettings { Default = DriftPolicy.Repair } }, AgentSteps.OfMachine("older"));
        }

        await using var stream = await ConnectAsync(agent);
        await ReportAsync(stream, Outbound());

        (await ListAsync("older")).Select(d => (d.Policy, d.State)).ShouldBe([(DriftPolicy.Report, DriftState.Open)]);
    }

    [Fact]
    public async Task Pages_go_on_behind_long_texts()
    {
        using var agent = await TestAgent.NewAsync(host, "long");
        await using var stream = await ConnectAsync(agent);
        await ReportAsync(
            stream,
            [
                .. Enumerable.Range(0, 60).Select(i => new Protocol.V1.Drift
                {
                    Path = "/" + new string('p', 3000),
                    What = $"{new string('x', 3000)}{i}",
                }),
            ]);

        var found = await ListAsync("long");
        found.Select(d => d.What).Distinct().Count().ShouldBe(60);
        found.Count.ShouldBe(60);
    }

    [Fact]
    public async Task Differences_are_counted_by_cluster_and_service()
    {
        using var agent = await TestAgent.NewAsync(host, "counted");
        await using var stream = await ConnectAsync(agent, h => h.Services[0].Name = "counted");
        await ReportAsync(stream, "counted", Outbound());
        (await MetricsAsync()).ShouldContain("cluster_drift{cluster=\"mail\",service=\"counted\"} 1");

        await ReportAsync(stream, "counted", 2, null);
        (await MetricsAsync()).ShouldContain("cluster_drift{cluster=\"mail\",service=\"counted\"} 0");
    }

    private static Protocol.V1.Drift Outbound() => new()
    {
        Path = Path,
        What = "is empty, applied was x",
        Since = 1_000,
        Kind = "outbound",
        Name = "-",
        Intended = "x",
        OnDisk = "empty",
        FileModifiedAt = 9_000,
        FileOwner = "root",
    };

    private static async Task<TestStream> ConnectAsync(TestAgent agent, Action<Hello>? change = null)
    {
        var stream = await agent.ConnectAsync(change: change);
        await stream.WelcomeAsync();
        return stream;
    }

    private static Task ReportAsync(TestStream stream, params Protocol.V1.Drift[] drift) =>
        ReportAsync(stream, "postfix", 1, null, drift);

    private static Task ReportAsync(TestStream stream, string service, params Protocol.V1.Drift[] drift) =>
        ReportAsync(stream, service, 1, null, drift);

    private static async Task ReportAsync(
        TestStream stream, string service, ulong sequence, Hold? hold, params Protocol.V1.Drift[] drift)
    {
        await stream.BeatAsync(new StatusVector
        {
            Sequence = sequence,
            Hold = hold,
            Services = { new ServiceStatus { Name = service, Running = true, Drift = { drift } } },
        });
        await stream.NextAsync(m => m.StatusEcho is { } echo && echo.Sequence >= sequence ? echo : null);
    }

    private Task<IReadOnlyList<DriftShape>> ListAsync(string machine) => ListAsync(new DriftFilter { Machine = machine });

    private async Task<IReadOnlyList<DriftShape>> ListAsync(DriftFilter filter) =>
        await host.Cluster.Findings.ListDriftAsync(filter).ToListAsync();

    private async Task<string> MetricsAsync() => (await host.Rest.GetAsync("/healthz/../metrics")).Expect(200).Text;
}
