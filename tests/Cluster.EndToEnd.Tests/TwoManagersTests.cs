using System.Diagnostics;
using System.Text.Json.Nodes;
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
            await RealFleet.StartAsync(new ManagerOptions { Database = database, AgentsPort = ports[0], Arguments = advertise });
        await using var second = await ManagerProcess.StartNewAsync(new ManagerOptions
        {
            Database = database,
            AgentsPort = ports[1],
            OwnerToken = (await File.ReadAllTextAsync(Path.Combine(fleet.Manager.DataDirectory, "admin.token"))).Trim(),
            Arguments = [.. advertise, "--kek-file", Path.Combine(fleet.Manager.DataDirectory, "kek")],
        });
        var host = await fleet.JoinAsync("gw1");
        var serial = await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", "preferred")));
        await host.InSyncAsync();
        ((string)(await SeenBySecondAsync(second))["state"]!).ShouldBe("connected");
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
        var revisions = (await second.Rest.GetAsync(Fleet.At("revisions?pageSize=500"))).Expect(200).Json["items"]!.AsArray();
        revisions.Select(r => (int)r!["number"]!).Order().ShouldBe(Enumerable.Range(1, revision));
        await InSyncAsync(second, revision);
        host.Postfix.Reloads.ShouldBe(reloads, "nothing of the host's settings changed");

        (await second.Rest.PutAsync(Fleet.At("mail-flow-policies/tls-preferred"), new JsonObject { ["tls"] = "required" })).Expect(200);
        await InSyncAsync(second, revision + 1);
        (await host.SerialAsync()).ShouldBe(serial);
        (await Cluster.Testing.Postfix.SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
        host.Postfix.Reloads.ShouldBe(reloads + 1);
    }

    private static async Task<int> RevisionAsync(ManagerProcess manager) =>
        (int)(await manager.Rest.GetAsync($"/clusters/{Fleet.Name}")).Expect(200).Json["revision"]!;

    // Policies that no listener uses: commits, and nothing to do for the host.
    private static async Task<int> CommitUntilDeadAsync(Fleet fleet)
    {
        var last = 0;
        for (var i = 0; ; i++)
        {
            try
            {
                var answer =
                    await fleet.Rest.PutAsync(Fleet.At($"mail-flow-policies/unused-{i}"), new JsonObject { ["tls"] = "preferred" });
                last = int.Parse(answer.Expect(201).Headers["Cluster-Revision"]);
            }
            catch (HttpRequestException)
            {
                return last;
            }
        }
    }

    private static async Task<JsonNode> SeenBySecondAsync(ManagerProcess second) =>
        (await second.Rest.GetAsync(Fleet.At("machines/gw1"))).Expect(200).Json;

    private static Task<JsonNode> InSyncAsync(ManagerProcess second, int revision) => Eventually.Has(
        () => SeenBySecondAsync(second),
        m => (bool)m["inSync"]! && (int?)m["verified"]?["revision"] == revision && (string)m["state"]! == "connected",
        $"in sync at revision {revision}");
}
