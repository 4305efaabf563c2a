using System.Net;
using System.Net.Security;

namespace Cluster.Testing.Postfix;

/// <summary>A client and what it says, up to the answer that decides.</summary>
public sealed record SmtpPlay
{
    /// <summary>The loopback address that it connects from; absent = 127.0.0.1.</summary>
    public string? Source { get; init; }

    /// <summary>Attributes of XCLIENT, where the server allows it.</summary>
    public string? XClient { get; init; }

    /// <summary>Whether it begins TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>Its certificate, with the chain that it sends.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }

    /// <summary>Envelope sender.</summary>
    public string From { get; init; } = "somebody@elsewhere.test";

    /// <summary>Recipient.</summary>
    public string To { get; init; } = "user@example.test";

    /// <summary>Whether it goes on to DATA, or to this command instead.</summary>
    public string? Then { get; init; }
}

/// <summary>What a client saw.</summary>
/// <param name="Hello">The answer to EHLO in clear text.</param>
/// <param name="Answer">The first refusal, else the last answer.</param>
public sealed record SmtpPlayed(string Hello, string Answer)
{
    /// <summary>Whether STARTTLS was offered in clear text.</summary>
    public bool OffersTls => Hello.Contains("STARTTLS", StringComparison.Ordinal);

    /// <summary>Whether AUTH was offered in clear text.</summary>
    public bool OffersAuth => Hello.Contains("AUTH ", StringComparison.Ordinal);

    /// <summary>The three digits of the answer.</summary>
    public string Code => Answer[..3];

    /// <summary>Connects to a listener on loopback and plays.</summary>
    public static async Task<SmtpPlayed> AtAsync(int port, SmtpPlay play)
    {
        await using var dialog = await SmtpDialog.OpenAsync(port, play.Source is { } source ? IPAddress.Parse(source) : null);
        if (play.XClient is not null) await dialog.SayAsync("XCLIENT " + play.XClient, "220");
        var hello = await dialog.SayAsync("EHLO client.example.test");
        var tls = hello.Contains("STARTTLS", StringComparison.Ordinal);
        if (play.Tls)
        {
            if (!tls) return new SmtpPlayed(hello, await dialog.SayAsync("STARTTLS"));
            await dialog.StartTlsAsync("", play.Certificate);
            var again = await dialog.SayAsync("EHLO client.example.test");
            if (!again.StartsWith("250", StringComparison.Ordinal)) return new SmtpPlayed(hello, again);
        }

        string[] commands = [$"MAIL FROM:<{play.From}>", $"RCPT TO:<{play.To}>", .. play.Then is { } then ? new[] { then } : []];
        var answer = "";
        foreach (var command in commands)
        {
            answer = await dialog.SayAsync(command);
            if (answer[0] is not ('2' or '3')) break;
        }

        return new SmtpPlayed(hello, answer.TrimEnd());
    }
}
