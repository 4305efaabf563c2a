using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>What holds for whoever connects to a listener, or for a group of senders.</summary>
internal enum InboundPolicy
{
    Off,
    Preferred,
    Required,
    Verified,

    /// <summary>TLS is preferred, and a must for envelope senders of an address list.</summary>
    Listed,

    /// <summary>TLS is preferred, and AUTH is offered under TLS only.</summary>
    TlsForAuth,
}

/// <summary>What a client shows of itself under TLS.</summary>
internal enum ClientCertificate
{
    None,
    Good,
    Untrusted,
    Expired,
}

/// <summary>One cell: a client that meets one policy, and behaves in one way.</summary>
internal sealed record InboundCell(
    InboundListener Listener, InboundClient Client, InboundPolicy Policy, ClientTls Tls, ClientCertificate Certificate)
{
    /// <summary>One policy for a whole listener. One that begins with a handshake is another; there only required is taken.</summary>
    internal static IReadOnlyList<InboundCell> OfWholeListeners { get; } =
    [
        .. from policy in Enum.GetValues<InboundPolicy>()
           from tls in Enum.GetValues<ClientTls>()
           from certificate in Enum.GetValues<ClientCertificate>()
           where tls != ClientTls.None || certificate == ClientCertificate.None
           where tls != ClientTls.FromTheStart || policy == InboundPolicy.Required
           from cell in WithSenders(Whole(policy, tls, certificate))
           select cell,
    ];

    /// <summary>Policies by sender group.</summary>
    internal static IReadOnlyList<InboundCell> OfGroups { get; } =
    [
        .. from listener in InboundListeners.Turns
           from client in listener.IsOverIPv6 ? InboundClient.OverIPv6 : InboundClient.OverIPv4
           where client.TriesAll || listener.HasEdges
           from cell in Of(listener, client, listener.PolicyOf(client.Sender))
           select cell,
        .. from order in InboundListeners.Orders
           from wanted in order.Wanted
           from cell in Of(order.Listener, InboundClient.Of(wanted.Client), wanted.Policy)
           select cell,
    ];

    /// <summary>Whether the envelope sender stands on the address list.</summary>
    internal bool IsListed { get; init; } = true;

    /// <summary>Envelope sender.</summary>
    internal string Sender => IsListed ? "a@listed.test" : "a@client.test";

    /// <summary>How the answer that ends the attempt must begin; a pattern.</summary>
    internal string Expected => (Policy, Tls, Certificate) switch
    {
        (InboundPolicy.Off or InboundPolicy.Preferred or InboundPolicy.TlsForAuth, ClientTls.None, _) => "^250 ",
        (InboundPolicy.Listed, ClientTls.None, _) => IsListed ? "^530 " : "^250 ",
        (_, ClientTls.None, _) => "^530 ",
        (InboundPolicy.Off, ClientTls.WhereOffered, _) => $"^{SmtpAttempt.NotOffered}$",
        (InboundPolicy.Off, _, _) => "^STARTTLS was answered with 50[02] ",
        (InboundPolicy.Verified, _, not ClientCertificate.Good) => Listener.Groups.Length > 0 ? "^554 " : "^(?!250 )",
        _ => "^250 ",
    };

    /// <summary>Whether AUTH must be offered; null = nothing is said about it.</summary>
    internal bool? ExpectsAuth => Policy switch
    {
        InboundPolicy.TlsForAuth => Tls != ClientTls.None,
        InboundPolicy.Off or InboundPolicy.Preferred => true,
        _ => null,
    };

    /// <summary>The cells of a client whose policy is known.</summary>
    internal static IEnumerable<InboundCell> Of(InboundListener listener, InboundClient client, InboundPolicy policy) =>
        from tls in new[] { ClientTls.None, ClientTls.WhereOffered, ClientTls.Unasked }
        from certificate in Enum.GetValues<ClientCertificate>()
        where tls == ClientTls.WhereOffered || certificate == ClientCertificate.None
        where client.TriesAll || (tls != ClientTls.Unasked && certificate is ClientCertificate.None or ClientCertificate.Good)
        from cell in WithSenders(new InboundCell(listener, client, policy, tls, certificate))
        select cell;

    /// <summary>A cell of a listener with one policy.</summary>
    internal static InboundCell Whole(InboundPolicy policy, ClientTls tls, ClientCertificate certificate)
    {
        var isWrapped = tls == ClientTls.FromTheStart;
        var name = (isWrapped ? "wrapped-" : "") + InboundListener.NameOf(policy);
        return new(new InboundListener(name, policy) { IsWrapped = isWrapped }, InboundClient.Of("name"), policy, tls, certificate);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Listener.Name}: {Policy}, client {Client.Name} with TLS {Tls}, certificate {Certificate} and sender {Sender}";

    internal static MailFlowPolicy SettingsOf(InboundPolicy policy) => policy switch
    {
        InboundPolicy.Off => new MailFlowPolicy { Tls = PolicyTls.Off },
        InboundPolicy.Preferred => new MailFlowPolicy { Tls = PolicyTls.Preferred },
        InboundPolicy.Required => new MailFlowPolicy { Tls = PolicyTls.Required },
        InboundPolicy.Listed => new MailFlowPolicy { Tls = PolicyTls.Preferred, TlsMandatoryFor = "listed" },
        InboundPolicy.TlsForAuth => new MailFlowPolicy { Tls = PolicyTls.Preferred, RequireTlsForAuth = true },
        _ => new MailFlowPolicy { Tls = PolicyTls.Required, VerifyClientCertificate = true },
    };

    // Who is on the list plays a role only where there is one.
    private static InboundCell[] WithSenders(InboundCell cell) =>
        cell.Policy == InboundPolicy.Listed ? [cell, cell with { IsListed = false }] : [cell];
}
