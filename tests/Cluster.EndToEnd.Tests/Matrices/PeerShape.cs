using Cluster.Testing.Network;
using Cluster.Testing.Postfix;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>What a peer is, and what DNS says of it.</summary>
internal sealed record PeerShape
{
    /// <summary>The signed zone of whatever is in no other.</summary>
    public const string Signed = "test";

    private const string Unsigned = "unsigned.test";
    private const string BogusMx = "bogus-mx.test";
    private const string BogusKeys = "bogus-keys.test";

    /// <summary>The zones; the first is whole.</summary>
    /// <param name="records">Records with full names.</param>
    public static DnsZone[] Zones(IReadOnlyList<string> records)
    {
        DnsZone[] below =
        [
            new(Unsigned) { Signed = false }, new(BogusMx) { Bogus = ["MX"] }, new(BogusKeys) { Bogus = ["TLSA"] },
        ];
        var byZone = records.ToLookup(
            r => below.FirstOrDefault(z => r.Split(' ')[0].EndsWith($".{z.Name}.", StringComparison.Ordinal))?.Name);
        return [new(Signed, [.. byZone[null]]), .. below.Select(z => z with { Records = [.. byZone[z.Name]] })];
    }

    /// <summary>What it does otherwise than others.</summary>
    public SinkHabit Habit { get; private init; }

    /// <summary>Whether it offers STARTTLS.</summary>
    public bool OffersTls { get; private init; } = true;

    /// <summary>Whether a handshake comes about.</summary>
    public bool CanEncrypt => OffersTls && Habit == SinkHabit.None;

    /// <summary>Whether its authority is one of the cluster.</summary>
    public bool IsTrusted { get; private init; } = true;

    /// <summary>Whether its certificate has expired.</summary>
    public bool IsExpired { get; private init; }

    /// <summary>Whether its certificate bears its name.</summary>
    public bool HasItsName { get; private init; } = true;

    /// <summary>What it wants of clients.</summary>
    public SinkDemand Demand { get; private init; }

    /// <summary>Usage, selector and matching type of its TLSA records for its own key (usage 2: for its intermediate).</summary>
    public string? OwnKey { get; private init; }

    /// <summary>Those of TLSA records for a key of somebody else.</summary>
    public string? OtherKey { get; private init; }

    /// <summary>Whether the domain has an MX record.</summary>
    public bool HasMx { get; private init; } = true;

    /// <summary>The zone of the domain.</summary>
    public string Zone { get; private init; } = Signed;

    /// <summary>The zone of the server, where that is another.</summary>
    public string? HostZone { get; private init; }

    /// <summary>Whether validated keys are published for it that SMTP can use.</summary>
    public bool HasKeys => (OwnKey ?? OtherKey) is not null && !IsUnusable && (HostZone ?? Zone) == Signed;

    /// <summary>Whether validated keys are published for it of which SMTP can use none.</summary>
    public bool IsUnusable => OwnKey is "1 1 1";

    /// <summary>Whether one of its keys is its own, and nothing else stands against it.</summary>
    public bool KeyFits => OwnKey is not null && (HasItsName || !OwnKey.StartsWith('2'));

    /// <summary>Whether somebody answers wrongly about it in DNS.</summary>
    public bool IsBogus => Zone is BogusMx or BogusKeys;

    /// <summary>Whether its MX record is signed.</summary>
    public bool HasSignedMx => Zone != Unsigned;

    /// <summary>The shape of a peer.</summary>
    public static PeerShape Of(Peer peer) => peer switch
    {
        Peer.HasNoEhlo => new() { Habit = SinkHabit.HasNoEhlo },
        Peer.OffersNoStartTls => new() { OffersTls = false },
        Peer.RefusesStartTls => new() { Habit = SinkHabit.RefusesStartTls },
        Peer.FailsHandshakes => new() { Habit = SinkHabit.FailsHandshakes },
        Peer.Untrusted => new() { IsTrusted = false },
        Peer.WrongName => new() { HasItsName = false },
        Peer.Expired => new() { IsExpired = true },
        Peer.AsksForCertificate => new() { Demand = SinkDemand.Asks },
        Peer.InsistsOnCertificate => new() { Demand = SinkDemand.Insists },
        Peer.DaneGood => new() { OwnKey = "3 1 1" },
        Peer.DaneOtherKey => new() { OtherKey = "3 1 1" },
        Peer.DaneBothKeys => new() { OtherKey = "3 1 1", OwnKey = "3 1 1" },
        Peer.DaneUntrusted => new() { OwnKey = "3 1 1", IsTrusted = false },
        Peer.DaneWrongName => new() { OwnKey = "3 1 1", HasItsName = false },
        Peer.DaneExpired => new() { OwnKey = "3 1 1", IsExpired = true },
        Peer.DaneAnchor => new() { OwnKey = "2 1 1", IsTrusted = false },
        Peer.DaneAnchorWrongName => new() { OwnKey = "2 1 1", HasItsName = false },
        Peer.DaneUnusable => new() { OwnKey = "1 1 1" },
        Peer.DaneOffersNoStartTls => new() { OwnKey = "3 1 1", OffersTls = false },
        Peer.DaneRefusesStartTls => new() { OwnKey = "3 1 1", Habit = SinkHabit.RefusesStartTls },
        Peer.DaneFailsHandshakes => new() { OwnKey = "3 1 1", Habit = SinkHabit.FailsHandshakes },
        Peer.DaneWithoutMx => new() { OwnKey = "3 1 1", HasMx = false },
        Peer.Unsigned => new() { OtherKey = "3 1 1", Zone = Unsigned },
        Peer.UnsignedOffersNoStartTls => new() { OtherKey = "3 1 1", OffersTls = false, Zone = Unsigned },
        Peer.BogusMx => new() { OwnKey = "3 1 1", Zone = BogusMx },
        Peer.BogusKeys => new() { OwnKey = "3 1 1", Zone = BogusKeys },
        Peer.UnsignedMx => new() { OwnKey = "3 1 1", Zone = Unsigned, HostZone = Signed },
        Peer.UnsignedMxOtherKey => new() { OtherKey = "3 1 1", Zone = Unsigned, HostZone = Signed },
        _ => new(),
    };

    /// <summary>The TLSA records of a host.</summary>
    /// <param name="host">Its full name.</param>
    /// <param name="own">Its certificate.</param>
    /// <param name="intermediate">What issued that.</param>
    /// <param name="other">A certificate of somebody else.</param>
    public IEnumerable<string> Keys(string host, X509Certificate2 own, X509Certificate2 intermediate, X509Certificate2 other)
    {
        if (OwnKey is { } kind) yield return DnsZone.Tlsa($"{host}.", kind, kind.StartsWith('2') ? intermediate : own);
        if (OtherKey is { } another) yield return DnsZone.Tlsa($"{host}.", another, other);
    }
}
