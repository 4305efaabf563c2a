using System.Diagnostics;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>A route that somebody adds on a host: what was verified is verified no more, and repaired where that is wanted.</summary>
public sealed class RouteDriftTests : IAsyncLifetime
{
    private const string Domain = "partner.example.test";
    private readonly MailSink plain = new(null);
    private readonly MailSink other = new(null);
    private Fleet fleet = null!;
    private FleetHost host = null!;

    public async ValueTask InitializeAsync()
    {
        fleet = await RealFleet.StartAsync();
        host = await fleet.JoinAsync("mx1", instances: new PostfixOptions
        {
            Name = "postfix", Routes = new Dictionary<string, string> { [Domain] = $"127.0.0.1:{plain.Port}" },
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (fleet is not null) await fleet.DisposeAsync();
        await plain.DisposeAsync();
        await other.DisposeAsync();
    }

    [Theory]
    [InlineData(DriftPolicy.Report)]
    [InlineData(DriftPolicy.Repair)]
    public async Task A_new_route_takes_the_proof_away_before_mail_can_rely_on_it(DriftPolicy policy)
    {
        await fleet.CommitAsync(
            c => c.Settings<DestinationControl>().PutAsync(Domain, new DestinationControl { Tls = DestinationTls.Required }),
            c => c.Singleton<AgentSettings>().PutAsync(new AgentSettings { Drift = new DriftSettings { Default = policy } }));
        await fleet.RolloutsEndAsync();
        await host.InSyncAsync();

        var since = Stopwatch.StartNew();
        await File.AppendAllTextAsync(
            Path.Combine(host.Postfix.ConfigDirectory, "transport"), $"boss@{Domain} smtp:{other.NextHop}\n");

        if (policy == DriftPolicy.Report)
        {
            await fleet.MachineBecomesAsync(host.Name, m => !m.InSync && m.Verified is null, "is verified no more");
            var drift = await fleet.Cluster.Findings.ListDriftAsync().ToListAsync();
            drift.ShouldContain(d => d.What.Contains($"{other.NextHop} encrypt", StringComparison.Ordinal));
        }
        else
        {
            await Eventually.Is(
                async () => (await RowsAsync()).Contains($"{other.NextHop} encrypt", StringComparison.Ordinal),
                "the new way has its policy");
            await host.InSyncAsync();
            (await fleet.Cluster.Findings.ListDriftAsync().ToListAsync()).ShouldBeEmpty();
            await host.Postfix.SendAsync("a@gw.example.test", $"boss@{Domain}");
            (await host.Postfix.LogLineAsync($"to=<boss@{Domain}>.*status=")).ShouldContain("status=deferred");
            other.Taken.ShouldBeEmpty();
        }

        // Without a look at the files it would be five.
        since.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(4));
    }

    private async Task<string> RowsAsync() =>
        await File.ReadAllTextAsync(Path.Combine((await host.Postfix.PostconfAsync("-h", "cluster_gen")).Trim(), "tls_policy"));
}
