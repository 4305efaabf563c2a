namespace Cluster.Verification;

/// <summary>One step of a test.</summary>
/// <param name="Name">One of <see cref="ProbeStages"/>.</param>
/// <param name="Ok">Whether it succeeded.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Detail">What was seen, or why it failed; for people.</param>
public sealed record ProbeStage(string Name, bool Ok, double Milliseconds, string Detail);

/// <summary>Names of the steps, in their order.</summary>
public static class ProbeStages
{
    /// <summary>The TCP connection.</summary>
    public const string Connect = "connect";

    /// <summary>The greeting (RFC 5321, 3.1).</summary>
    public const string Greeting = "greeting";

    /// <summary>Greeting by name, answered with the list of extensions (RFC 5321, 4.1.1.1).</summary>
    public const string Ehlo = "ehlo";

    /// <summary>MAIL FROM before TLS; only when asked for.</summary>
    public const string MailInClear = "mail-in-clear";

    /// <summary>STARTTLS offered and accepted (RFC 3207).</summary>
    public const string StartTls = "starttls";

    /// <summary>The TLS handshake.</summary>
    public const string Handshake = "handshake";

    /// <summary>The served chain could be read.</summary>
    public const string Certificate = "certificate";

    /// <summary>A reference identity matched; only when some are given.</summary>
    public const string Name = "name";

    /// <summary>MAIL FROM under TLS; only when asked for.</summary>
    public const string MailFrom = "mail-from";

    /// <summary>RCPT TO; only when asked for.</summary>
    public const string RcptTo = "rcpt-to";
}
