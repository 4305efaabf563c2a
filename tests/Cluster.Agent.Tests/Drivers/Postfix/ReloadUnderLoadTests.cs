using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Certificate switches under load lose no SMTP session.</summary>
public sealed class ReloadUnderLoadTests
{
    [Fact]
    public Task Ten_switches_under_load_fail_no_session() => SwitchUnderLoad(10);

    [Fact]
    [Trait("Category", "Full")]
    public Task A_hundred_switches_under_load_fail_no_session() => SwitchUnderLoad(100);

    private static async Task SwitchUnderLoad(int switches)
    {
        await using var host = await PostfixHost.StartAsync(new PostfixOptions { Domains = ["gw.example.test"] });
        (await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")))).Failure.ShouldBeNull();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(PostfixHost.Cancellation);
        var senders = Enumerable.Range(0, 3).Select(_ => SendUntilAsync(host.Postfix.Port, stop.Token)).ToArray();
        try
        {
            for (var i = 0; i < switches; i++)
            {
                var applied = await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")));
                applied.Failure.ShouldBeNull();
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        var results = await Task.WhenAll(senders);
        results.SelectMany(r => r.Failures).ShouldBeEmpty();
        results.Sum(r => r.Sessions).ShouldBeGreaterThan(switches);
        host.Postfix.Reloads.ShouldBe(switches + 1);
    }

    private static async Task<(int Sessions, List<string> Failures)> SendUntilAsync(int port, CancellationToken stop)
    {
        var (sessions, failures) = (0, new List<string>());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await SmtpProbe.DeliverAsync(port, "postmaster@gw.example.test");
                sessions++;
            }
            catch (Exception e)
            {
                failures.Add(e.ToString());
            }
        }

        return (sessions, failures);
    }
}
