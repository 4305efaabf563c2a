using System.Diagnostics;
using Cluster.Client;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.PostgreSql;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Two managers on one PostgreSQL database.</summary>
public sealed class TwoManagersTests
{
    private static readonly TimeSpan Goal = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task When_one_is_killed_its_agents_go_on_with_the_other_and_no_commit_is_lost_or_applied_twice()
    {
        Assert.SkipWhen(PostgreSqlServer.WhyNone.Length > 0, PostgreSqlServer.WhyNone);
        await using var server = await PostgreSqlServer.StartAsync(durable: true, own: true);
        var database = await server.CreateDatabaseAsync("pair");
        var ports = FreePort.Next(2);
        string[] advertise = ["--advertise", $"127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}"];
        await using var fleet =
            await RealFleet.StartAsync(new ManagerStartOptions { Database = database, AgentsPort = ports[0], Arguments = advertise });
        await using var second = await ManagerProcess.StartNewAsync(new ManagerStartOptions
        {
            Database = database,
            AgentsPort = ports[1],
            OwnerToken = (await File.ReadAllTextAsync(Path.Combine(fleet.Manager.DataDirectory, "admin.token"))).Trim(),
            Arguments = [.. advertise, "--kek-file", Path.Combine(fleet.Manager.DataDirectory, "kek")],
        });
        var host = await fleet.JoinAsync("gw1");
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Preferred)));
        await host.InSyncAsync();
        (await SeenBySecondAsync(second)).State.ShouldBe(MachineState.Connected);
        second.Output.ShouldNotContain("Stream of machine");
        var reloads = host.Postfix.Reloads;

        var before = await RevisionAsync(second);
        var committed = CommitUntilDeadAsync(fleet);
        await Eventually.Has(() => RevisionAsync(second), r => r >= before + 3, "commits are under way");
        await fleet.Manager.KillAsync();
        var watch = Stopwatch.StartNew();
        await Eventually.Is(
            () => second.Output.Contains("Stream of machine", StringComparison.Ordinal), "the agent is connected to the other manager");
        TestContext.Current.SendDiagnosticMessage($"agent resumed after {watch.Elapsed.TotalSeconds:0.0} s");
        watch.Elapsed.ShouldBeLessThan(Goal);

        var last = await committed;
        var revision = await RevisionAsync(second);
        revision.ShouldBeInRange(last, last + 1, "the one whose answer was lost may be there");
        var revisions = await Resources(second).Revisions.ListAsync().Select(r => r.Number).ToListAsync();
        revisions.Order().ShouldBe(Enumerable.Range(1, (int)revision).Select(n => (long)n));
        await InSyncAsync(second, revision);
        host.Postfix.Reloads.ShouldBe(reloads, "nothing of the host's settings changed");

        var tightened = await Resources(second).Settings<MailFlowPolicy>()
            .PutAsync("tls-preferred", new MailFlowPolicy { Tls = PolicyTls.Required });
        tightened.Receipt.Created.ShouldBeFalse();
        await InSyncAsync(second, revision + 1);
        (await host.SerialAsync()).ShouldBe(serial);
        (await Cluster.Testing.Postfix.SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
        host.Postfix.Reloads.ShouldBe(reloads + 1);
    }

    private static ClusterResources Resources(ManagerProcess manager) => manager.Client.Cluster(Fleet.Name);

    private static async Task<long> RevisionAsync(ManagerProcess manager) =>
        (await manager.Client.Clusters.GetAsync(Fleet.Name)).Value.Revision;

    // Policies that no listener uses: commits, and nothing to do for the host.
    private static async Task<long> CommitUntilDeadAsync(Fleet fleet)
    {
        var policies = fleet.Cluster.Settings<MailFlowPolicy>();
        var last = 0L;
        for (var i = 0; ; i++)
        {
            try
            {
                var written = await policies.PutAsync($"unused-{i}", new MailFlowPolicy { Tls = PolicyTls.Preferred });
                written.Receipt.Created.ShouldBeTrue();
                last = written.Receipt.Revision!.Value;
            }
            catch (HttpRequestException)
            {
                return last;
            }
        }
    }

    private static async Task<MachineShape> SeenBySecondAsync(ManagerProcess second) =>
        (await Resources(second).Machines.GetAsync("gw1")).Value;

    private static Task<MachineShape> InSyncAsync(ManagerProcess second, long revision) => Eventually.Has(
        () => SeenBySecondAsync(second),
        m => m.InSync && m.Verified?.Revision == revision && m.State == MachineState.Connected,
        $"in sync at revision {revision}");
}
