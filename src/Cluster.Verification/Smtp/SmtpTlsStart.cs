using Cluster.Verification.Guard;

namespace Cluster.Verification.Smtp;

/// <summary>Opens connections to SMTP servers up to the point where TLS begins.</summary>
public static class SmtpTlsStart
{
    /// <summary>Opens one: greeting, EHLO and STARTTLS; nothing of it where TLS begins with the first byte.</summary>
    /// <param name="guard">Decides about the address.</param>
    /// <param name="target">The server; its limits for stages do not count here.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="IOException">The server does not begin TLS.</exception>
    public static async Task<Stream> OpenAsync(IOutboundGuard guard, SmtpTlsTarget target, CancellationToken ct)
    {
        var session = await SmtpSession.ConnectAsync(guard, target, ct);
        try
        {
            if (target.ImplicitTls) return session.BeginTls();
            await PositiveAsync(session.ReadReplyAsync(ct), "the greeting");
            if (target.XClient is { } attributes) await PositiveAsync(session.SayAsync("XCLIENT " + attributes, ct), "XCLIENT");
            var ehlo = await PositiveAsync(session.SayAsync("EHLO " + target.EhloName, ct), "EHLO");
            if (!ehlo.Offers("STARTTLS")) throw new IOException("STARTTLS is not offered.");
            await PositiveAsync(session.SayAsync("STARTTLS", ct), "STARTTLS");
            return session.BeginTls();
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static async Task<SmtpReply> PositiveAsync(Task<SmtpReply> asked, string what)
    {
        var reply = await asked;
        return reply.IsPositive ? reply : throw new IOException($"The answer to {what} is {reply}.");
    }
}
