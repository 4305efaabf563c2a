using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cluster.Testing.Postfix;

/// <summary>Looks at an SMTP listener on loopback from outside, with code of its own, so that a test does not trust what it tests.</summary>
public static class SmtpProbe
{
    /// <summary>Whether it greets with 220.</summary>
    public static async Task<bool> GreetsAsync(int port)
    {
        try
        {
            await using var dialog = await SmtpDialog.OpenAsync(port);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Whether STARTTLS is offered.</summary>
    public static async Task<bool> OffersStartTlsAsync(int port)
    {
        await using var dialog = await SmtpDialog.OpenAsync(port);
        return (await dialog.SayAsync("EHLO probe.example.test")).Contains("STARTTLS", StringComparison.Ordinal);
    }

    /// <summary>The answer to MAIL FROM without TLS, for example <c>250 …</c> or <c>530 …</c>.</summary>
    public static async Task<string> MailInClearAsync(int port)
    {
        await using var dialog = await SmtpDialog.OpenAsync(port);
        await dialog.SayAsync("EHLO probe.example.test");
        return await dialog.SayAsync("MAIL FROM:<probe@example.test>");
    }

    /// <summary>The certificate that is served after STARTTLS; the caller disposes it.</summary>
    public static async Task<X509Certificate2> ServedAsync(int port, string? serverName = null) => (await ServedChainAsync(port, serverName))[0];

    /// <summary>The whole chain that is served after STARTTLS, leaf first.</summary>
    public static async Task<X509Certificate2Collection> ServedChainAsync(int port, string? serverName = null)
    {
        await using var dialog = await SmtpDialog.OpenAsync(port);
        await dialog.SayAsync("EHLO probe.example.test");
        var answer = await dialog.SayAsync("STARTTLS");
        if (!answer.StartsWith("220", StringComparison.Ordinal))
        {
            throw new IOException($"STARTTLS was answered with {answer}");
        }

        var served = new X509Certificate2Collection();
        await using var tls = new SslStream(dialog.Stream, leaveInnerStreamOpen: true, (_, leaf, chain, _) =>
        {
            // The platform's list of what was sent may begin with the leaf.
            var first = leaf!.GetRawCertData();
            served.Add(X509CertificateLoader.LoadCertificate(first));
            served.AddRange(chain!.ChainPolicy.ExtraStore.Where(c => !c.RawData.AsSpan().SequenceEqual(first)).Select(c => X509CertificateLoader.LoadCertificate(c.RawData)).ToArray());
            return true;
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = serverName ?? "" }, limit.Token);
        return served;
    }

    /// <summary>Serial number of the certificate that is served, lower-case hex; "" when the handshake fails.</summary>
    public static async Task<string> SerialAsync(int port, string? serverName = null)
    {
        try
        {
            using var served = await ServedAsync(port, serverName);
            return served.SerialNumber.ToLowerInvariant();
        }
        catch (Exception e) when (e is IOException or SocketException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            return "";
        }
    }

    private sealed class SmtpDialog : IAsyncDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
        private readonly TcpClient client = new();
        private readonly byte[] buffer = new byte[4096];

        internal NetworkStream Stream => client.GetStream();

        internal static async Task<SmtpDialog> OpenAsync(int port)
        {
            var dialog = new SmtpDialog();
            using var limit = new CancellationTokenSource(Limit);
            try
            {
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

        internal async Task<string> SayAsync(string line)
        {
            await Stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            return await AnswerAsync();
        }

        public ValueTask DisposeAsync()
        {
            client.Dispose();
            return ValueTask.CompletedTask;
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
}
