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
public sealed record SmtpAttempt
{
    /// <summary>What a client says that finds no STARTTLS.</summary>
    public const string NotOffered = "STARTTLS is not offered";

    /// <summary>The host that it runs on.</summary>
    public required NetworkHost From { get; init; }

    /// <summary>The listener.</summary>
    public required IPEndPoint To { get; init; }

    /// <summary>How it uses TLS.</summary>
    public required ClientTls Tls { get; init; }

    /// <summary>Its certificate, with the chain that it sends; null = it has none.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>Envelope sender.</summary>
    public string Sender { get; init; } = "a@client.test";

    /// <summary>Recipient.</summary>
    public required string Recipient { get; init; }

    /// <summary>Makes it.</summary>
    public async Task<SmtpAttempted> MakeAsync()
    {
        var greeted = "";
        try
        {
            await using var dialog = await SmtpDialog.OpenAsync(From, To, Tls == ClientTls.FromTheStart, Certificate);
            greeted = await dialog.SayAsync("EHLO client.test");
            if (Tls == ClientTls.WhereOffered && !greeted.Contains("STARTTLS", StringComparison.Ordinal))
                return new SmtpAttempted(greeted, NotOffered);
            if (Tls is ClientTls.WhereOffered or ClientTls.Unasked)
            {
                await dialog.StartTlsAsync("", Certificate);
                greeted = await dialog.SayAsync("EHLO client.test");
            }

            var answer = await dialog.SayAsync($"MAIL FROM:<{Sender}>");
            if (answer.StartsWith('2')) answer = await dialog.SayAsync($"RCPT TO:<{Recipient}>");
            return new SmtpAttempted(greeted, answer);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            return new SmtpAttempted(greeted, e.Message);
        }
    }
}
