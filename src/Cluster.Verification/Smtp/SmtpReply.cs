namespace Cluster.Verification.Smtp;

/// <summary>An answer of an SMTP server (RFC 5321, 4.2).</summary>
/// <param name="Code">The three digits; 0 when the answer was none.</param>
/// <param name="Lines">The text of each line, without the code.</param>
public sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>Whether the code is 2xx.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>Whether an EHLO answer names a keyword.</summary>
    public bool Offers(string keyword) =>
        Lines.Skip(1).Any(l => l.Split(' ', 2)[0].Equals(keyword, StringComparison.OrdinalIgnoreCase));

    /// <summary>Code and text on one line.</summary>
    public override string ToString() => $"{Code} {string.Join(" / ", Lines)}";
}

/// <summary>The server broke off or spoke no SMTP.</summary>
/// <param name="message">What happened.</param>
internal sealed class SmtpBrokenException(string message) : Exception(message);
