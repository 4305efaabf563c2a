using System.Diagnostics.CodeAnalysis;
using Cluster.Pki.Names;
using Cluster.Verification.Tls;

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

    /// <summary>The handshake; null = there was none.</summary>
    public TlsSeen? Tls { get; init; }

    /// <summary>Which name matched; null when none was asked for or none did.</summary>
    public NameMatch? Match { get; init; }

    /// <summary>The dialog, each line after <c>C: </c> or <c>S: </c>.</summary>
    public required IReadOnlyList<string> Transcript { get; init; }

    /// <summary>The stage that failed; null when none did.</summary>
    public ProbeStage? Failure => Stages.FirstOrDefault(s => !s.Ok);

    /// <summary>Whether a handshake was completed.</summary>
    [MemberNotNullWhen(true, nameof(Tls))]
    public bool Encrypted => Tls is not null;
}
