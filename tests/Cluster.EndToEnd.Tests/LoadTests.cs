using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests;

/// <summary>Renewals from REST to the wire, while mail comes in over TLS without a pause: no session fails, no message is lost.</summary>
public sealed class LoadTests
{
    private const string Domain = "gw1.example.test";

    [Fact]
    [Trait("Category", "Full")]
    public async Task A_hundred_renewals_under_load_fail_no_session_and_lose_no_message()
    {
        await using var fleet = await RealFleet.StartAsync();
        var host = await fleet.JoinAsync("gw1", false, new PostfixOptions { Name = "postfix", Hostname = Domain, Domains = [Domain] });
        await fleet.SignedCertificateAsync("mx", "mx.example.test");
        await fleet.RolloutEndedAsync(await fleet.CommitAsync(Fleet.ListenerWithTls("mx", "mx", PolicyTls.Required)));
        await host.InSyncAsync();
        var reloads = host.Postfix.Reloads;
        using var stop = new CancellationTokenSource();
        var (accepted, failures) = (new ConcurrentQueue<string>(), new ConcurrentQueue<Exception>());
        var senders = Enumerable.Range(0, 4).Select(n => SendUntilAsync(host.Postfix.Port, n, accepted, failures, stop.Token)).ToArray();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                await host.ServesAsync(await fleet.RenewAsync("mx"));
                failures.ShouldBeEmpty($"after renewal {i + 1}");
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        await Task.WhenAll(senders);
        await host.InSyncAsync();
        failures.ShouldBeEmpty();
        accepted.Count.ShouldBeGreaterThan(100);
        host.Postfix.Reloads.ShouldBe(reloads + 100);
        await Eventually.Is(() => accepted.Except(Delivered(host.Postfix.Log)).Any() is false, "every accepted message is delivered");
        (await Command.RunAsync("/usr/sbin/postqueue", ["-c", host.Postfix.ConfigDirectory, "-p"]))
            .Ok().Output
            .ShouldContain("Mail queue is empty");
    }

    private static async Task SendUntilAsync(
        int port, int sender, ConcurrentQueue<string> accepted, ConcurrentQueue<Exception> failures, CancellationToken stop)
    {
        for (var message = 0; !stop.IsCancellationRequested; message++)
        {
            var to = $"m{sender}-{message}@{Domain}";
            try
            {
                await SmtpProbe.DeliverAsync(port, to);
                accepted.Enqueue(to);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
                return;
            }
        }
    }

    private static IEnumerable<string> Delivered(string log) =>
        Regex.Matches(log, "to=<([^>]+)>.*status=sent").Select(m => m.Groups[1].Value);
}
