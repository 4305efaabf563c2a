using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Certificate switches under load lose no SMTP session.</summary>
public sealed class LoadTests
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
                await SessionAsync(port);
                sessions++;
            }
            catch (Exception e)
            {
                failures.Add(e.ToString());
            }
        }

        return (sessions, failures);
    }

    // A whole session under TLS, up to the accepted message.
    private static async Task SessionAsync(int port)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        Stream stream = client.GetStream();
        await Expect(stream, null, "220", limit.Token);
        await Expect(stream, "EHLO load.example.test", "250", limit.Token);
        await Expect(stream, "STARTTLS", "220", limit.Token);
        var tls = new SslStream(stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mx.example.test" }, limit.Token);
        await Expect(tls, "EHLO load.example.test", "250", limit.Token);
        await Expect(tls, "MAIL FROM:<a@load.example.test>", "250", limit.Token);
        await Expect(tls, "RCPT TO:<postmaster@gw.example.test>", "250", limit.Token);
        await Expect(tls, "RSET", "250", limit.Token);
        await Expect(tls, "QUIT", "221", limit.Token);
        await tls.DisposeAsync();
    }

    private static async Task Expect(Stream stream, string? say, string code, CancellationToken limit)
    {
        if (say is not null) await stream.WriteAsync(Encoding.ASCII.GetBytes(say + "\r\n"), limit);
        var text = new StringBuilder();
        var buffer = new byte[2048];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, limit);
            if (read == 0) throw new IOException($"Closed after {say}: {text}");
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            var lines = text.ToString().Split("\r\n");
            if (lines.Length > 1 && lines[^1].Length == 0 && lines[^2].Length > 3 && lines[^2][3] == ' ') break;
        }

        if (!text.ToString().StartsWith(code, StringComparison.Ordinal)) throw new IOException($"{say}: {text}");
    }
}
