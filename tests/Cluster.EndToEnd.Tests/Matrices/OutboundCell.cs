using Cluster.Contracts.Settings;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>Which row of the destination controls holds for a domain.</summary>
internal enum ControlRow
{
    Own,
    SubDomains,
    Default,

    /// <summary>A row of its own that says: as the default.</summary>
    AsDefault,
}

/// <summary>One cell: a domain with a mode, whose mail a peer takes.</summary>
internal sealed record OutboundCell(DestinationTls Mode, ControlRow Row, Peer Peer, DaneMode Dane = DaneMode.None)
{
    internal const string HosterName = "mx.hoster.test";

    /// <summary>Name of the client certificate that is shown.</summary>
    internal const string ClientCertificate = "client";

    /// <summary>The modes of the table; <c>default</c> is a row.</summary>
    internal static IReadOnlyList<DestinationTls> Modes { get; } = [.. Enum.GetValues<DestinationTls>().Except([DestinationTls.Default])];

    /// <summary>Modes without DANE.</summary>
    internal static IReadOnlyList<OutboundCell> WithoutDane { get; } =
    [
        .. from mode in Modes
           from row in Enum.GetValues<ControlRow>()
           from peer in Enum.GetValues<Peer>()
           where peer <= Peer.Hosted
           select new OutboundCell(mode, row, peer),
    ];

    /// <summary>Modes with the DANE that goes with them; and peers that publish keys.</summary>
    internal static IReadOnlyList<OutboundCell> WithDane { get; } =
    [
        .. from mode in Modes
           where mode != DestinationTls.None
           from row in Enum.GetValues<ControlRow>()
           from peer in Enum.GetValues<Peer>()
           where peer is Peer.Good or Peer.Untrusted or Peer.OffersNoStartTls or >= Peer.DaneGood
           select new OutboundCell(
               mode,
               row,
               peer,
               mode is DestinationTls.Preferred or DestinationTls.PreferredVerify ? DaneMode.Opportunistic : DaneMode.Mandatory),
    ];

    /// <summary>Servers that want a client certificate.</summary>
    internal static IReadOnlyList<OutboundCell> WithCertificates { get; } =
    [
        .. from mode in Modes
           from peer in new[] { Peer.AsksForCertificate, Peer.InsistsOnCertificate }
           from row in new[] { ControlRow.Own, ControlRow.Default }
           from shows in new[] { true, false }
           where row == ControlRow.Own || (mode == DestinationTls.Required && shows)
           where mode != DestinationTls.None || !shows
           select new OutboundCell(mode, row, peer) { ShowsCertificate = shows },
    ];

    /// <summary>Whether its row names a client certificate.</summary>
    internal bool ShowsCertificate { get; init; }

    /// <summary>Domain of its recipient: one for each cell, since Postfix remembers destinations that failed.</summary>
    internal string Domain => (Row == ControlRow.SubDomains ? "x." : "") + Named(Shape.Zone);

    /// <summary>The host that takes the mail of the domain.</summary>
    internal string Exchanger => (Peer, Shape) switch
    {
        (Peer.Hosted, _) => HosterName,
        (_, { HasMx: false }) => Domain,
        (_, { HostZone: { } zone }) => "mx." + Named(zone),
        _ => "mx." + Domain,
    };

    internal string Recipient => "u@" + Domain;

    /// <summary>What its server is.</summary>
    internal PeerShape Shape => PeerShape.Of(Peer);

    /// <summary>The row that a cluster has for it; null = none, only the default.</summary>
    internal (string Name, DestinationControl Control)? Control => Row switch
    {
        ControlRow.Own => (Named(Shape.Zone), Setting),
        ControlRow.SubDomains => ("." + Named(Shape.Zone), Setting),
        ControlRow.AsDefault => (Named(Shape.Zone), new DestinationControl { Tls = DestinationTls.Default }),
        _ => null,
    };

    /// <summary>The control, by whichever row.</summary>
    internal DestinationControl Setting => new()
    {
        Tls = Mode, Dane = Dane == DaneMode.None ? null : Dane, Certificate = ShowsCertificate ? ClientCertificate : null,
    };

    /// <summary>Whether the default row has to be that of the mode.</summary>
    internal bool NeedsDefault => Row is ControlRow.Default or ControlRow.AsDefault;

    /// <summary>
    /// The word of the log where the server was authenticated. Keys vouch for a host that an unsigned MX record names, and nobody for that
    /// record: Postfix insists on the keys, and says no more than that.
    /// </summary>
    internal string LoggedAs => Dane != DaneMode.None && Shape is { HasKeys: true, HasSignedMx: false } ? "Trusted" : "Verified";

    /// <summary>How its message must come at the first attempt.</summary>
    internal Delivery Expected => Dane switch
    {
        DaneMode.None => ByMode,
        _ when Shape.IsBogus => Delivery.Nowhere,
        DaneMode.Mandatory when !Shape.HasSignedMx || !Shape.HasKeys => Delivery.Nowhere,
        _ when Shape.HasKeys => Shape is { CanEncrypt: true, KeyFits: true } ? Delivery.Verified : Delivery.Nowhere,
        _ => ByMode,
    };

    /// <summary>What the log says of a message that must not come; a pattern.</summary>
    internal string Reason => this switch
    {
        { Shape.IsBogus: true } => "(Name service error for name=.*Host not found, try again|TLSA lookup error for )",
        { Dane: DaneMode.Mandatory, Shape.HasSignedMx: false } => "non DNSSEC destination",
        { Dane: DaneMode.Mandatory, Shape.IsUnusable: true } => "TLSA records unusable",
        { Dane: DaneMode.Mandatory, Shape.HasKeys: false } => "no TLSA records found",
        { Peer: Peer.InsistsOnCertificate } => "(lost connection with|alert certificate required)",
        { Shape.OffersTls: false } or { Peer: Peer.HasNoEhlo } => "TLS is required, but was not offered",
        { Peer: Peer.RefusesStartTls or Peer.DaneRefusesStartTls } => "refused to start TLS: 454",
        { Peer: Peer.FailsHandshakes or Peer.DaneFailsHandshakes } => "Cannot start TLS: handshake failure",
        _ => "Server certificate not (verified|trusted)",
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Mode}, DANE {Dane}, {Row} row, {Peer}{(ShowsCertificate ? ", with a client certificate" : "")}";

    private Delivery ByMode => (Mode, Peer) switch
    {
        (DestinationTls.None, _) => Delivery.InClear,
        (_, Peer.InsistsOnCertificate) when !ShowsCertificate => Delivery.Nowhere,
        (DestinationTls.Preferred or DestinationTls.PreferredVerify, _) when !Shape.OffersTls => Delivery.InClear,
        (DestinationTls.Preferred or DestinationTls.PreferredVerify, Peer.HasNoEhlo or Peer.RefusesStartTls) => Delivery.InClear,
        (_, _) when !Shape.CanEncrypt => Delivery.Nowhere,
        (DestinationTls.RequiredVerify, Peer.Hosted) => Delivery.Nowhere,
        (DestinationTls.RequiredVerify or DestinationTls.RequiredVerifyHostedDomains, _) =>
            Shape is { IsTrusted: true, HasItsName: true, IsExpired: false } ? Delivery.Verified : Delivery.Nowhere,
        _ => Delivery.Encrypted,
    };

    private string Named(string zone) =>
        $"{Row}-{Mode}{(Dane == DaneMode.None ? "" : "-dane")}{(ShowsCertificate ? "-shows" : "")}.{Peer}.{zone}".ToLowerInvariant();
}
