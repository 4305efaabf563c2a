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
    private readonly TcpClient client = new(AddressFamily.InterNetwork);
    private readonly byte[] buffer = new byte[4096];
    private Stream? stream;

    private Stream Stream => stream ??= client.GetStream();

    /// <summary>Connects and takes the greeting.</summary>
    internal static async Task<SmtpDialog> OpenAsync(int port, IPAddress? source = null)
    {
        var dialog = new SmtpDialog();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            if (source is not null) dialog.client.Client.Bind(new IPEndPoint(source, 0));
            await dialog.client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            var greeting = await dialog.AnswerAsync();
            return greeting.StartsWith("220", StringComparison.Ordinal) ? dialog : throw new IOException($"Greeting: {greeting}");
        }
        catch
        {
            await dialog.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Connects from a host of a network and takes the greeting, after a TLS handshake where the listener begins with one.
    /// </summary>
    internal static async Task<SmtpDialog> OpenAsync(
        NetworkHost from, IPEndPoint to, bool wrapped = false, SslStreamCertificateContext? certificate = null)
    {
        var dialog = new SmtpDialog();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            dialog.client.Client.Dispose();
            dialog.client.Client = await from.ConnectAsync(to.Address, to.Port, limit.Token);
            if (wrapped) await dialog.EncryptAsync("", certificate);
            var greeting = await dialog.AnswerAsync();
            return greeting.StartsWith("220", StringComparison.Ordinal) ? dialog : throw new IOException($"Greeting: {greeting}");
        }
        catch
        {
            await dialog.DisposeAsync();
            throw;
        }
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
    internal async Task<X509Certificate2Collection> StartTlsAsync(
        string serverName, SslStreamCertificateContext? certificate = null)
    {
        await SayAsync("STARTTLS", "220");
        return await EncryptAsync(serverName, certificate);
    }

    private async Task<X509Certificate2Collection> EncryptAsync(string serverName, SslStreamCertificateContext? certificate)
    {
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
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = serverName,
                ClientCertificateContext = certificate,
            },
            limit.Token);
        return served;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (stream is SslStream) await stream.DisposeAsync();
        client.Dispose();
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
