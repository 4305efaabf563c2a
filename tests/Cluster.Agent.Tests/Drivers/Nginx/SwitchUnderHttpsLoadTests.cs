using Cluster.Testing.Nginx;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Nginx;

/// <summary>Certificate switches under load lose no HTTPS connection.</summary>
public sealed class SwitchUnderHttpsLoadTests
{
    [Fact]
    public Task Ten_switches_under_load_fail_no_connection() => SwitchUnderLoad(10);

    [Fact]
    [Trait("Category", "Full")]
    public Task A_hundred_switches_under_load_fail_no_connection() => SwitchUnderLoad(100);

    private static async Task SwitchUnderLoad(int switches)
    {
        await using var host = await NginxHost.StartAsync();
        (await host.ApplyAsync(InterfaceParts.Admin(host.Parts.Certificate("admin.example.test")))).Failure.ShouldBeNull();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(NginxHost.Cancellation);
        var clients = Enumerable.Range(0, 3).Select(_ => AskUntilAsync(host.Nginx.Port, stop.Token)).ToArray();
        try
        {
            for (var i = 0; i < switches; i++)
                (await host.ApplyAsync(InterfaceParts.Admin(host.Parts.Certificate("admin.example.test")))).Failure.ShouldBeNull();
        }
        finally
        {
            await stop.CancelAsync();
        }

        var results = await Task.WhenAll(clients);
        results.SelectMany(r => r.Failures).ShouldBeEmpty();
        results.Sum(r => r.Answers).ShouldBeGreaterThan(switches);
        host.Nginx.Reloads.ShouldBe(switches + 1);
    }

    private static async Task<(int Answers, List<string> Failures)> AskUntilAsync(int port, CancellationToken stop)
    {
        var (answers, failures) = (0, new List<string>());
        while (!stop.IsCancellationRequested)
        {
            try
            {
                (await HttpsProbe.GetAsync(port)).ShouldStartWith("HTTP/1.1 200");
                answers++;
            }
            catch (Exception e)
            {
                failures.Add(e.ToString());
            }
        }

        return (answers, failures);
    }
}
