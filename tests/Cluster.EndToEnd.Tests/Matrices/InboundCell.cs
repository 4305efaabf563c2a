using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>What holds for whoever connects to a listener.</summary>
internal enum InboundPolicy
{
    Off,
    Preferred,
    Required,
    Verified,
}

/// <summary>What a client shows of itself under TLS.</summary>
internal enum ClientCertificate
{
    None,
    Good,
    Untrusted,
    Expired,
}

/// <summary>One cell: a client that behaves in one way, at a listener with one policy.</summary>
internal sealed record InboundCell(InboundPolicy Policy, ClientTls Tls, ClientCertificate Certificate)
{
    // Where a listener begins with a handshake, the driver refuses the other policies by name.
    internal static IReadOnlyList<InboundCell> All { get; } =
    [
        .. from policy in Enum.GetValues<InboundPolicy>()
           from tls in Enum.GetValues<ClientTls>()
           from certificate in Enum.GetValues<ClientCertificate>()
           where tls != ClientTls.None || certificate == ClientCertificate.None
           where tls != ClientTls.FromTheStart || policy == InboundPolicy.Required
           select new InboundCell(policy, tls, certificate),
    ];

    /// <summary>Its listener; one that begins with a handshake is another.</summary>
    internal string Listener => NameOf(Policy, Tls == ClientTls.FromTheStart);

    /// <summary>How the answer that ends the attempt must begin; a pattern.</summary>
    internal string Expected => (Policy, Tls, Certificate) switch
    {
        (InboundPolicy.Off or InboundPolicy.Preferred, ClientTls.None, _) => "^250 ",
        (_, ClientTls.None, _) => "^530 ",
        (InboundPolicy.Off, ClientTls.WhereOffered, _) => $"^{SmtpAttempt.NotOffered}$",
        (InboundPolicy.Off, _, _) => "^STARTTLS was answered with 50[02] ",
        (InboundPolicy.Verified, _, not ClientCertificate.Good) => "^(?!250 )",
        _ => "^250 ",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Policy}, client with TLS {Tls} and certificate {Certificate}";

    internal static string NameOf(InboundPolicy policy, bool wrapped) => (wrapped ? "wrapped-" : "") + policy.ToString().ToLowerInvariant();

    internal static MailFlowPolicy PolicyOf(InboundPolicy policy) => policy switch
    {
        InboundPolicy.Off => new MailFlowPolicy { Tls = PolicyTls.Off },
        InboundPolicy.Preferred => new MailFlowPolicy { Tls = PolicyTls.Preferred },
        InboundPolicy.Required => new MailFlowPolicy { Tls = PolicyTls.Required },
        _ => new MailFlowPolicy { Tls = PolicyTls.Required, VerifyClientCertificate = true },
    };
}
