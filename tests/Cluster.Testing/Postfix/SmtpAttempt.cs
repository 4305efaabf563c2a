using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Cluster.Testing.Network;

namespace Cluster.Testing.Postfix;

/// <summary>How a client uses TLS.</summary>
public enum ClientTls
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By STARTTLS where it is offered; it gives up where it is not.</summary>
    WhereOffered,

    /// <summary>By STARTTLS, whether it is offered or not.</summary>
    Unasked,

    /// <summary>From the first byte (RFC 8314).</summary>
    FromTheStart,
}

/// <summary>A client of a network that tries to hand over a message, up to its recipient.</summary>
public static class SmtpAttempt
{
    /// <summary>What a client says that finds no STARTTLS.</summary>
    public const string NotOffered = "STARTTLS is not offered";

    /// <summary>
    /// Returns the answer that ended the attempt: the first that is no success, the one to the recipient, or what ended the connection.
    /// </summary>
    public static async Task<string> MailAsync(
        NetworkHost from, IPAddress to, int port, string recipient, ClientTls tls, SslStreamCertificateContext? certificate)
    {
        try
        {
            await using var dialog = await SmtpDialog.OpenAsync(from, to, port, tls == ClientTls.FromTheStart, certificate);
            var greeted = await dialog.SayAsync("EHLO client.test");
            if (tls == ClientTls.WhereOffered && !greeted.Contains("STARTTLS", StringComparison.Ordinal)) return NotOffered;
            if (tls is ClientTls.WhereOffered or ClientTls.Unasked)
            {
                await dialog.StartTlsAsync("", certificate);
                await dialog.SayAsync("EHLO client.test");
            }

            var sender = await dialog.SayAsync("MAIL FROM:<a@client.test>");
            return sender.StartsWith('2') ? await dialog.SayAsync($"RCPT TO:<{recipient}>") : sender;
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            return e.Message;
        }
    }
}
