using System.Net;
using Cluster.Pki.Names;
using Cluster.Verification.Tls;

namespace Cluster.Verification.Smtp;

/// <summary>What is tested, and how far.</summary>
public sealed record SmtpTlsTarget
{
    /// <summary>Address and port that are connected to; nothing is looked up.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>The own address that is connected from; null = the system chooses.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The name given in EHLO.</summary>
    public string EhloName { get; init; } = "probe.cluster.invalid";

    /// <summary>What is offered in the handshake.</summary>
    public TlsOffer Offer { get; init; } = new();

    /// <summary>TLS from the first byte on, as on port 465.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Say MAIL FROM before STARTTLS and note the answer; a refusal is a result, no failure.</summary>
    public bool TryMailInClear { get; init; }

    /// <summary>
    /// Say RCPT TO this address before STARTTLS where MAIL FROM was accepted: its answer counts then; null = do not.
    /// </summary>
    public string? RecipientInClear { get; init; }

    /// <summary>Envelope sender; empty = the null sender.</summary>
    public string Sender { get; init; } = "";

    /// <summary>
    /// Attributes of XCLIENT, for example <c>ADDR=192.0.2.1 NAME=[UNAVAILABLE]</c>, said before anything else: plays another client at a
    /// server that allows it; null = be who we are.
    /// </summary>
    public string? XClient { get; init; }

    /// <summary>Say MAIL FROM and RCPT TO this address under TLS (without TLS where none is offered), then RSET; null = neither.</summary>
    public string? Recipient { get; init; }

    /// <summary>Do not begin TLS, even where it is offered.</summary>
    public bool WithoutTls { get; init; }

    /// <summary>Names of which one must stand in the certificate; empty = not checked.</summary>
    public IReadOnlyList<ReferenceIdentity> References { get; init; } = [];

    /// <summary>Limit for each stage.</summary>
    public TimeSpan StageTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
