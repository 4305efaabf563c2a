using System.Net;
using System.Net.Sockets;
using System.Text;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>A mail server, on all of 127.0.0.0/8, that speaks until STARTTLS, and reads what the client then offers.</summary>
internal sealed class StartTlsFront : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Any, 0);
    private readonly ClientHelloListener behind = new(user: null);

    public StartTlsFront() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What the next client offers.</summary>
    public async Task<ClientHelloSeen> NextAsync(CancellationToken ct)
    {
        using var client = await listener.AcceptTcpClientAsync(ct);
        var from = client.GetStream();
        await SayAsync(from, "220 sink.example.test ESMTP", ct);
        using var reader = new StreamReader(from, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync(ct) is { } line && !line.StartsWith("STARTTLS", StringComparison.Ordinal))
            await SayAsync(from, line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-sink\r\n250 STARTTLS" : "250 ok", ct);
        await SayAsync(from, "220 go", ct);
        using var next = new TcpClient();
        await next.ConnectAsync(IPAddress.Loopback, behind.Port, ct);
        var seen = behind.NextAsync(ct);
        var copy = from.CopyToAsync(next.GetStream(), ct);
        var hello = await seen;
        client.Close();
        next.Close();
        await copy.ContinueWith(static _ => { }, TaskScheduler.Default);
        return hello;
    }

    public void Dispose()
    {
        listener.Dispose();
        behind.Dispose();
    }

    private static Task SayAsync(NetworkStream to, string line, CancellationToken ct) =>
        to.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), ct).AsTask();
}
