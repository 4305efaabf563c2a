using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>What a client sees that writes bytes itself, among them those that write everything before they read.</summary>
public sealed class RawHttpTests : IAsyncLifetime
{
    private readonly TestManager manager = new()
    {
        Configure = b => b.WebHost.ConfigureKestrel(k => k.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1)),
    };

    public ValueTask InitializeAsync() => manager.InitializeAsync();

    public ValueTask DisposeAsync() => manager.DisposeAsync();

    [Theory]
    [InlineData(400, "malformed", "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n")]
    [InlineData(400, "malformed", "GET / HTTP/1.1\r\n\r\n")]
    [InlineData(400, "malformed", "nonsense\r\n\r\n")]
    [InlineData(400, "malformed", "POST /api/v1/clusters HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n")]
    [InlineData(505, "version-not-supported", "GET / HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData(408, "timeout", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")]
    public async Task What_the_server_refuses_by_itself_is_a_problem(int status, string code, string request) =>
        Check(await SendAsync(request), status, code);

    [Fact]
    public async Task What_is_far_too_large_is_a_problem()
    {
        Check(await SendAsync($"GET /{new string('x', 20_000)} HTTP/1.1\r\nHost: a\r\n\r\n"), 414, "uri-too-long");
        Check(await SendAsync($"GET / HTTP/1.1\r\nHost: a\r\nX-Large: {new string('x', 80_000)}\r\n\r\n"), 431, "headers-too-large");
        Check(
            await SendAsync($"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: y\r\n"))}\r\n"),
            431,
            "headers-too-large");
    }

    [Theory]
    [InlineData("Content-Length: 33554432")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task A_client_that_writes_all_before_it_reads_sees_that_its_body_is_too_large(string framing)
    {
        var token = (await File.ReadAllTextAsync(
            Path.Combine(manager.Options.DataDirectory, "admin.token"), TestContext.Current.CancellationToken)).Trim();
        var head = $"POST /api/v1/clusters HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: "
            + $"application/json\r\n{framing}\r\n\r\n";
        var isChunked = framing.EndsWith("chunked", StringComparison.Ordinal);
        var mebibyte = new string(' ', 1 << 20);
        var part = isChunked ? $"100000\r\n{mebibyte}\r\n" : mebibyte;

        var answer = await SendAsync(
            [
                head,
                .. Enumerable.Repeat(part, 32),
                isChunked ? "0\r\n\r\n" : "",
                "GET /healthz/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            ]);

        Check(answer[..answer.IndexOf("HTTP/1.1 200", StringComparison.Ordinal)], 413, "body-too-large");
        answer.ShouldEndWith("live", Case.Sensitive, "the connection goes on when all of the body was there");
    }

    private static void Check(string answer, int status, string code)
    {
        answer.ShouldStartWith($"HTTP/1.1 {status} ");
        var (head, body) = (
            answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)], answer[answer.IndexOf('{')..(answer.LastIndexOf('}') + 1)]);
        head.ShouldContain("Content-Type: application/problem+json");
        var problem = JsonNode.Parse(body)!;
        ((int)problem["status"]!).ShouldBe(status);
        ((string?)problem["code"]).ShouldBe(code);
        ((string?)problem["traceId"]).ShouldNotBeNullOrEmpty();
    }

    private async Task<string> SendAsync(params IReadOnlyList<string> parts)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(manager.RestAddress.Host, manager.RestAddress.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        foreach (var part in parts) await tls.WriteAsync(Encoding.ASCII.GetBytes(part), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(tls, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
