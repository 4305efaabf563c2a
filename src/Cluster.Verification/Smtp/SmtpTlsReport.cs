using Cluster.Pki.Certificates;
using Cluster.Pki.Names;

namespace Cluster.Verification.Smtp;

/// <summary>What a test saw.</summary>
public sealed record SmtpTlsReport
{
    /// <summary>The stages that were reached, in order; the last one tells why the test ended early.</summary>
    public required IReadOnlyList<ProbeStage> Stages { get; init; }

    /// <summary>Whether the EHLO answer offered STARTTLS.</summary>
    public bool StartTlsOffered { get; init; }

    /// <summary>Answer to MAIL FROM before TLS; null when not asked.</summary>
    public SmtpReply? MailInClear { get; init; }

    /// <summary>Answer to MAIL FROM; null when not asked or not reached.</summary>
    public SmtpReply? MailFrom { get; init; }

    /// <summary>Answer to RCPT TO; null when not asked or not reached.</summary>
    public SmtpReply? RcptTo { get; init; }

    /// <summary>TLS version, for example <c>TLSv1.3</c>; empty without a handshake.</summary>
    public string Protocol { get; init; } = string.Empty;

    /// <summary>Cipher suite by its registered name; empty without a handshake.</summary>
    public string Cipher { get; init; } = string.Empty;

    /// <summary>The served certificates in the order of the wire, leaf first; empty without a handshake.</summary>
    public IReadOnlyList<CertificateInfo> Chain { get; init; } = [];

    /// <summary>Which name matched; null when none was asked for or none did.</summary>
    public NameMatch? Match { get; init; }

    /// <summary>The dialog, each line after <c>C: </c> or <c>S: </c>.</summary>
    public required IReadOnlyList<string> Transcript { get; init; }

    /// <summary>The stage that failed; null when none did.</summary>
    public ProbeStage? Failure => Stages.FirstOrDefault(s => !s.Ok);

    /// <summary>Whether a handshake was completed.</summary>
    public bool Encrypted => Protocol.Length > 0;
}
