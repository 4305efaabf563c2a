using Cluster.Contracts.Settings;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>What kind of server takes the mail of a domain.</summary>
internal enum Peer
{
    Good,
    HasNoEhlo,
    OffersNoStartTls,
    RefusesStartTls,
    FailsHandshakes,
    Untrusted,
    WrongName,
    Expired,

    /// <summary>The MX host has a right certificate for its own name, which is that of another domain.</summary>
    Hosted,
}

/// <summary>Which row of the destination controls holds for a domain.</summary>
internal enum ControlRow
{
    Own,
    SubDomains,
    Default,

    /// <summary>A row of its own that says: as the default.</summary>
    AsDefault,
}

/// <summary>How a message came.</summary>
internal enum Delivery
{
    Nowhere,
    InClear,
    Encrypted,
}

/// <summary>One cell: a domain with a mode, whose mail a peer takes.</summary>
internal sealed record OutboundCell(DestinationTls Mode, ControlRow Row, Peer Peer)
{
    /// <summary>The modes of the table; <c>default</c> is a row.</summary>
    internal static IReadOnlyList<DestinationTls> Modes { get; } = [.. Enum.GetValues<DestinationTls>().Except([DestinationTls.Default])];

    internal static IReadOnlyList<OutboundCell> All { get; } =
    [
        .. from mode in Modes
           from row in Enum.GetValues<ControlRow>()
           from peer in Enum.GetValues<Peer>()
           select new OutboundCell(mode, row, peer),
    ];

    /// <summary>Domain of its recipient: one for each cell, since Postfix remembers destinations that failed.</summary>
    internal string Domain => (Row == ControlRow.SubDomains ? "x." : "") + Named;

    /// <summary>The MX host of the domain.</summary>
    internal string Exchanger => Peer == Peer.Hosted ? HosterName : "mx." + Domain;

    internal const string HosterName = "mx.hoster.test";

    internal string Recipient => "u@" + Domain;

    /// <summary>The row that a cluster has for it; null = none, only the default.</summary>
    internal (string Name, DestinationControl Control)? Control => Row switch
    {
        ControlRow.Own => (Named, new DestinationControl { Tls = Mode }),
        ControlRow.SubDomains => ("." + Named, new DestinationControl { Tls = Mode }),
        ControlRow.AsDefault => (Named, new DestinationControl { Tls = DestinationTls.Default }),
        _ => null,
    };

    /// <summary>Whether the default row has to be that of the mode.</summary>
    internal bool NeedsDefault => Row is ControlRow.Default or ControlRow.AsDefault;

    /// <summary>How its message must come at the first attempt.</summary>
    internal Delivery Expected => (Mode, Peer) switch
    {
        (DestinationTls.None, _) => Delivery.InClear,
        (DestinationTls.Preferred or DestinationTls.PreferredVerify, Peer.HasNoEhlo or Peer.OffersNoStartTls or Peer.RefusesStartTls) =>
            Delivery.InClear,
        (_, Peer.HasNoEhlo or Peer.OffersNoStartTls or Peer.RefusesStartTls or Peer.FailsHandshakes) => Delivery.Nowhere,
        (DestinationTls.RequiredVerify, not Peer.Good) => Delivery.Nowhere,
        (DestinationTls.RequiredVerifyHostedDomains, not (Peer.Good or Peer.Hosted)) => Delivery.Nowhere,
        _ => Delivery.Encrypted,
    };

    /// <summary>What the log says of a message that must not come; a pattern.</summary>
    internal string Reason => Peer switch
    {
        Peer.HasNoEhlo or Peer.OffersNoStartTls => "TLS is required, but was not offered",
        Peer.RefusesStartTls => "refused to start TLS: 454",
        Peer.FailsHandshakes => "Cannot start TLS: handshake failure",
        _ => "Server certificate not (verified|trusted)",
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Mode}, {Row} row, {Peer}";

    private string Named => $"{Row}-{Mode}.{Peer}.test".ToLowerInvariant();
}
