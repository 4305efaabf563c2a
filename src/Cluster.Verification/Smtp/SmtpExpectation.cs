namespace Cluster.Verification.Smtp;

/// <summary>What an SMTP server shall do beside serving a certificate.</summary>
public sealed record SmtpExpectation
{
    /// <summary>How TLS and mail in clear text are treated.</summary>
    public required SmtpTlsLevel Level { get; init; }

    /// <summary>Whether a client without a certificate is turned away.</summary>
    public bool VerifiesClients { get; init; }

    /// <summary>
    /// Whether clients are told apart, so that the server decides at RCPT, and refuses a client without a certificate there and not after
    /// the handshake.
    /// </summary>
    public bool DecidesAtRecipient { get; init; }

    /// <summary>Whether TLS is spoken from the first byte on (RFC 8314, 3.3).</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Whether STARTTLS is offered.</summary>
    public bool OffersTls => Level != SmtpTlsLevel.Off;

    /// <summary>Whether mail in clear text is refused.</summary>
    public bool RequiresTls => Level == SmtpTlsLevel.Required;
}

/// <summary>How a server treats TLS.</summary>
public enum SmtpTlsLevel
{
    /// <summary>STARTTLS is not offered.</summary>
    Off,

    /// <summary>STARTTLS is offered, and mail in clear text is taken.</summary>
    Preferred,

    /// <summary>STARTTLS is offered, and mail in clear text is refused with 530 (RFC 3207, 4).</summary>
    Required,
}
