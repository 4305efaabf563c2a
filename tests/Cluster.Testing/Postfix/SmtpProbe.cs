using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Cluster.Testing.Network;

namespace Cluster.Testing.Postfix;

/// <summary>What one connection to a listener showed.</summary>
/// <param name="Level">TLS: <c>off</c>, <c>preferred</c>, <c>required</c>, or the answer that is none of these.</param>
/// <param name="Serial">Serial number of the certificate, lower-case hex; empty without TLS.</param>
public sealed record SmtpSight(string Level, string Serial)
{
    /// <summary>A listener that offers no TLS.</summary>
    public static SmtpSight WithoutTls { get; } = new("off", "");
}

/// <summary>
/// Looks at an SMTP listener on loopback from outside, with code of its own, so that a test does not trust what it tests.
/// </summary>
public static class SmtpProbe
{
    /// <summary>Whether it greets with 220 on loopback.</summary>
    public static Task<bool> GreetsAsync(int port) => GreetsAsync(new IPEndPoint(IPAddress.Loopback, port), on: null);

    /// <summary>Whether it greets with 220; on loopback, or on a host of a network.</summary>
    public static async Task<bool> GreetsAsync(IPEndPoint place, NetworkHost? on)
    {
        try
        {
            await using var dialog = on is null ? await SmtpDialog.OpenAsync(place.Port) : await SmtpDialog.OpenAsync(on, place);
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

    /// <summary>
    /// TLS level and certificate as one connection shows them; the handshake proves that key and certificate belong together.
    /// </summary>
    public static async Task<SmtpSight> SightAsync(int port)
    {
        await using var dialog = await SmtpDialog.OpenAsync(port);
        if (!(await dialog.SayAsync("EHLO probe.example.test")).Contains("STARTTLS", StringComparison.Ordinal))
        {
            return SmtpSight.WithoutTls;
        }

        var inClear = await dialog.SayAsync("MAIL FROM:<probe@example.test>");
        var level = inClear.StartsWith("250", StringComparison.Ordinal)
            ? "preferred"
            : inClear.StartsWith("530", StringComparison.Ordinal) ? "required" : inClear;
        await dialog.SayAsync("RSET");
        using var leaf = (await dialog.StartTlsAsync(""))[0];
        return new SmtpSight(level, leaf.SerialNumber.ToLowerInvariant());
    }

    /// <summary>The certificate that is served after STARTTLS; the caller disposes it.</summary>
    public static async Task<X509Certificate2> ServedAsync(int port, string? serverName = null) =>
        (await ServedChainAsync(port, serverName))[0];

    /// <summary>The whole chain that is served after STARTTLS, leaf first.</summary>
    public static async Task<X509Certificate2Collection> ServedChainAsync(int port, string? serverName = null)
    {
        await using var dialog = await SmtpDialog.OpenAsync(port);
        await dialog.SayAsync("EHLO probe.example.test");
        return await dialog.StartTlsAsync(serverName ?? "");
    }

    /// <summary>A whole session under TLS that hands over one message; an exception says where it failed.</summary>
    public static async Task DeliverAsync(int port, string to)
    {
        await using var dialog = await SmtpDialog.OpenAsync(port);
        await dialog.SayAsync("EHLO load.example.test", "250");
        await dialog.StartTlsAsync("");
        await dialog.SayAsync("EHLO load.example.test", "250");
        await dialog.SayAsync("MAIL FROM:<a@load.example.test>", "250");
        await dialog.SayAsync($"RCPT TO:<{to}>", "250");
        await dialog.SayAsync("DATA", "354");
        await dialog.SayAsync($"From: a@load.example.test\r\nTo: {to}\r\nSubject: load\r\n\r\nHello\r\n.", "250");
        await dialog.SayAsync("QUIT", "221");
    }

    /// <summary>Serial number of the certificate that is served, lower-case hex; "" when the handshake fails.</summary>
    public static async Task<string> SerialAsync(int port, string? serverName = null)
    {
        try
        {
            using var served = await ServedAsync(port, serverName);
            return served.SerialNumber.ToLowerInvariant();
        }
        catch (Exception e) when (e is IOException
            or SocketException
            or System.Security.Authentication.AuthenticationException
            or OperationCanceledException)
        {
            return "";
        }
    }
}
