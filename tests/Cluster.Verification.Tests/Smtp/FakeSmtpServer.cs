using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Cluster.Verification.Tests.Smtp;

/// <summary>An SMTP server that answers from a script, so that a test can make every mistake that real ones make.</summary>
internal sealed class FakeSmtpServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    public FakeSmtpServer(string greeting, IReadOnlyDictionary<string, string> answers, SslServerAuthenticationOptions? tls = null)
    {
        listener.Start();
        loop = ServeAsync(greeting, answers, tls);
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Most connections that were open at once.</summary>
    public int Together { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await loop;
        stop.Dispose();
    }

    private async Task ServeAsync(string greeting, IReadOnlyDictionary<string, string> answers, SslServerAuthenticationOptions? tls)
    {
        var open = 0;
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Together = Math.Max(Together, Interlocked.Increment(ref open));
                sessions.Add(
                    SessionAsync(client, greeting, answers, tls).ContinueWith(_ => Interlocked.Decrement(ref open), TaskScheduler.Default));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task SessionAsync(
        TcpClient client, string greeting, IReadOnlyDictionary<string, string> answers, SslServerAuthenticationOptions? tls)
    {
        using (client)
        {
            Stream stream = client.GetStream();
            if (greeting.Length > 0) await SayAsync(stream, greeting);
            while (await ReadLineAsync(stream) is { } line)
            {
                var verb = line.Split(' ', ':')[0];
                if (!answers.TryGetValue(verb, out var answer)) answer = "250 ok";
                if (answer.Length == 0) return;
                await SayAsync(stream, answer);
                if (verb == "QUIT") return;
                if (verb != "STARTTLS" || tls is null || !answer.StartsWith("220", StringComparison.Ordinal)) continue;
                var secured = new SslStream(stream);
                await secured.AuthenticateAsServerAsync(tls, stop.Token);
                stream = secured;
            }
        }
    }

    private async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), stop.Token);

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) > 0)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return null;
    }
}
