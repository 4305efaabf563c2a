using Cluster.Contracts.Findings;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Findings;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing;
using Cluster.Testing.Dns;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Findings;

/// <summary>Findings about MX records, with a real name server.</summary>
public sealed class MxFindingsTests : IAsyncLifetime
{
    private readonly TestDirectory directory = new("mx");
    private NameServer server = null!;
    private TestManager manager = null!;
    private Guid cluster;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(NameServer.WhyNone.Length > 0, NameServer.WhyNone);
        server = await NameServer.StartAsync("example.test", "@ MX 10 mx1", "@ MX 20 mx2", "good MX 10 mx1");
        manager = await TestManager.StartAsync(directory.Make("data"), o => o with { Dns = server.Address });
        cluster = (await manager.Client.Clusters.CreateAsync(TestManager.ClusterName)).Value.Id;
        await manager.Cluster.Certificates.MakeAsync("mx", "mx1.example.test");
        await manager.Cluster.Settings<MailFlowPolicy>().PutAsync("accept", new MailFlowPolicy { Tls = PolicyTls.Required });
    }

    public async ValueTask DisposeAsync()
    {
        if (manager is not null) await manager.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task MX_records_are_looked_up_in_the_background_and_the_finding_bears_the_time()
    {
        await ListenFor("example.test");
        var found = await Eventually.Has(() => Mx(), f => f.Count > 0, "a finding about MX records");
        found.Select(f => f.Code).ShouldBe(["mx-host-not-covered"]);
        found[0].Message.ShouldContain("mx2.example.test");
        found[0].Name.ShouldBe("mx");
        found[0].CheckedAt.ShouldNotBeNull().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(-5));

        await ListenFor("good.example.test");
        await Eventually.Is(async () => (await Mx()).Count == 0, "no finding is left for a domain whose hosts are covered");
        await ListenFor("missing.example.test");
        (await Eventually.Has(() => Mx(), f => f.Count > 0, "a domain that does not exist is told"))
            .Select(f => f.Code)
            .ShouldBe(["mx-no-mail"]);
    }

    [Fact]
    public async Task Without_a_resolver_there_is_no_finding_no_refusal_and_one_line_in_the_log()
    {
        await server.StopAsync();
        await ListenFor("example.test", "good.example.test", "third.example.test");
        await Eventually.Is(() => Task.FromResult(Told("No resolver answers") > 0), "the log says that nobody answers");
        (await Mx()).ShouldBeEmpty();
        await ListenFor("example.test", "good.example.test", "third.example.test", "fifth.example.test");
        await Eventually.Is(
            () => Task.FromResult(manager.Services.GetRequiredService<MxSchedule>().Knows(cluster, "fifth.example.test")),
            "the next domain was tried");
        Told("No resolver answers").ShouldBe(1);
        manager.Log.Errors.ShouldBeEmpty();
        await server.StartAgainAsync();
        // The pause after the first failure is half a minute; a change of the names does not wait for it.
        await ListenFor("example.test", "fourth.example.test");
        await Eventually.Has(() => Mx(), f => f.Any(x => x.Code == "mx-no-mail"), "the new domain is looked up");
        Told("The resolver answers again").ShouldBe(1);
    }

    private int Told(string what) => manager.Log.Text.Split('\n').Count(l => l.Contains(what, StringComparison.Ordinal));

    private Task ListenFor(params string[] domains) => manager.Cluster.Settings<Listener>().PutAsync("in", new Listener
    {
        Type = ListenerType.Public,
        Port = 25,
        Hostname = "mx1.example.test",
        Certificate = "mx",
        DefaultPolicy = "accept",
        Domains = domains,
    });

    private async Task<List<Finding>> Mx() =>
        [
            .. (await manager.Cluster.Findings.ListAsync().ToListAsync())
                .Where(f => f.Code.StartsWith("mx-", StringComparison.Ordinal))
        ];
}
