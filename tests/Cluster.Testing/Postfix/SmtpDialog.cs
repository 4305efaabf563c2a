using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cluster.Testing.Network;

namespace Cluster.Testing.Postfix;

/// <summary>One connection to an SMTP listener on loopback.</summary>
internal sealed class SmtpDialog : IAsyncDisposable
{
    private static readonly TimeSpan Limit = Patience.Answer;
    private readonly Socket client;
    private readonly byte[] buffer = new byte[4096];
    private Stream? stream;

    private SmtpDialog(Socket client) => this.client = client;

    private Stream Stream => stream ??= new NetworkStream(client, ownsSocket: false);

    /// <summary>Connects and takes the greeting.</summary>
    internal static async Task<SmtpDialog> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return await new SmtpDialog(socket).GreetedAsync();
    }

    /// <summary>Connects from a host of a network and takes the greeting.</summary>
    internal static async Task<SmtpDialog> OpenAsync(NetworkHost from, IPAddress address, int port)
    {
        using var limit = new CancellationTokenSource(Limit);
        var dialog = new SmtpDialog(await from.ConnectAsync(address, port, limit.Token));
        return await dialog.GreetedAsync();
    }

    /// <summary>Says a line and returns the answer.</summary>
    internal async Task<string> SayAsync(string line)
    {
        await Stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        return await AnswerAsync();
    }

    /// <summary>Says a line that must be answered with a code.</summary>
    internal async Task SayAsync(string line, string code)
    {
        var answer = await SayAsync(line);
        if (!answer.StartsWith(code, StringComparison.Ordinal)) throw new IOException($"{line} was answered with {answer}");
    }

    /// <summary>Goes on under TLS and returns the chain that was served, leaf first.</summary>
    internal async Task<X509Certificate2Collection> StartTlsAsync(string serverName)
    {
        await SayAsync("STARTTLS", "220");
        var served = new X509Certificate2Collection();
        var tls = new SslStream(Stream, leaveInnerStreamOpen: false, (_, leaf, chain, _) =>
        {
            // The platform's list of what was sent may begin with the leaf.
            var first = leaf!.GetRawCertData();
            served.Add(X509CertificateLoader.LoadCertificate(first));
            served.AddRange(
                chain!.ChainPolicy.ExtraStore.Where(c => !c.RawData.AsSpan().SequenceEqual(first))
                    .Select(c => X509CertificateLoader.LoadCertificate(c.RawData))
                    .ToArray());
            return true;
        });
        stream = tls;
        using var limit = new CancellationTokenSource(Limit);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = serverName }, limit.Token);
        return served;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (stream is SslStream) await stream.DisposeAsync();
        client.Dispose();
    }

    private async Task<SmtpDialog> GreetedAsync()
    {
        try
        {
            var greeting = await AnswerAsync();
            return greeting.StartsWith("220", StringComparison.Ordinal) ? this : throw new IOException($"Greeting: {greeting}");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task<string> AnswerAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var text = new StringBuilder();
        while (!Complete(text.ToString()))
        {
            var read = await Stream.ReadAsync(buffer, limit.Token);
            if (read == 0)
            {
                throw new IOException($"The connection was closed after: {text}");
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static bool Complete(string text) =>
        text.EndsWith('\n') && text.TrimEnd().Split('\n')[^1] is { Length: >= 4 } last && last[3] == ' ';
}
