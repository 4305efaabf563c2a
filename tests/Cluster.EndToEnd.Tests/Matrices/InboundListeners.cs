using static Cluster.EndToEnd.Tests.Matrices.InboundPolicy;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>
/// The listeners with sender groups. In the turns each form of a sender has another policy from listener to listener, so that it meets all
/// of them, beside neighbours with others.
/// </summary>
internal static class InboundListeners
{
    private const string All = "ALL";
    private const string HostName = "mail.partner.test";
    private const string Domain = ".branch.test";
    private static readonly string[] Addresses = ["10.80.0.1", "10.80.16.0/20", "10.80.40.5-20", "10.81-84", "10.90.", "10.91"];
    private static readonly string[] AddressesV6 = ["fd78::a50:1", "fd78::a50:1000/116", "fd78::a50:2805-fd78::a50:2814"];
    private static readonly InboundPolicy[] Every = [Off, Preferred, Required, Verified, Listed];
    private static readonly InboundPolicy[] Offering = [Preferred, Required, Verified, Listed];

    // What offers AUTH in clear cannot stand beside what does not.
    private static readonly InboundPolicy[] WithAuth = [TlsForAuth, Required];

    /// <summary>Listeners at which each form of a sender takes its turn.</summary>
    public static IReadOnlyList<InboundListener> Turns { get; } =
    [
        .. Enumerable.Range(0, Every.Length).Select(Turn),
        .. Enumerable.Range(0, WithAuth.Length).Select(AuthTurn),
        .. Enumerable.Range(0, Every.Length).Select(i => OverIPv6("six", Every, i)),
        .. Enumerable.Range(0, WithAuth.Length).Select(i => OverIPv6("six-auth", WithAuth, i)),
    ];

    /// <summary>Listeners whose groups are about the same clients, and what these then meet.</summary>
    public static IReadOnlyList<(InboundListener Listener, (string Client, InboundPolicy Policy)[] Wanted)> Orders { get; } =
    [
        (new("address-first", Listed, ("10.100.0.1", Preferred), (HostName, Required), ("10.100.0.0/24", Verified)),
            [("name", Preferred), ("under", Verified), ("forged", Verified), ("elsewhere", Listed)]),
        (new("name-first", Listed, (HostName, Required), ("10.100.0.1", Preferred), ("10.100.0.0/24", Verified)),
            [("name", Required), ("under", Verified), ("forged", Verified), ("elsewhere", Listed)]),
        (new("name-weaker", Verified, (HostName, Preferred), (Domain, Preferred), ("10.100.", Required)),
            [("name", Preferred), ("under", Preferred), ("forged", Required), ("forged-under", Required), ("silent", Required)]),
        (new("wide-first", Required, ("10.80.", Verified), ("10.80.0.1", Preferred), ("10.80.16.0/20", Off)),
            [("address", Verified), ("network-first", Verified), ("range-first", Verified), ("elsewhere", Required)]),
        (new("narrow-first", Listed, ("10.80.0.1", Off), ("10.80.16.0/20", Preferred), ("10.80", Required)),
            [("address", Off), ("network-first", Preferred), ("range-first", Required), ("elsewhere", Listed)]),
        (new("crossing", Preferred, ("10.80.40.1-10", Required), ("10.80.40.5-20", Verified)),
            [("range-first", Required), ("range-last", Verified), ("range-after", Preferred)]),
        (new("domain-first", Preferred, (".partner.test", Required), (HostName, Verified)),
            [("name", Required), ("name-below", Required), ("under", Preferred)]),
        (new("host-first", Preferred, (HostName, Verified), (".partner.test", Required)),
            [("name", Verified), ("name-below", Required), ("under", Preferred)]),
        (new("name-behind-off", Required, ("10.100.0.1", Off), (HostName, Verified), (Domain, Preferred)),
            [("name", Off), ("under", Preferred), ("itself", Required), ("forged", Required)]),
    ];

    // Names do not decide between off and anything else: they stand behind, and not where all others have TLS off.
    private static InboundListener Turn(int turn) => new(
        $"turn-{turn}",
        Required,
        [
            .. Addresses.Select((sender, i) => (sender, Every[(i + turn) % Every.Length])),
            .. turn == 0
                ? new[] { (All, Off) }
                : [(HostName, Offering[turn % 4]), (Domain, Offering[(turn + 1) % 4]), (All, Offering[turn - 1])],
        ])
    {
        HasEdges = turn is 1 or 3,
    };

    private static InboundListener AuthTurn(int turn) => new(
        $"auth-{turn}",
        Required,
        [
            .. Addresses.Concat([HostName, Domain]).Select((sender, i) => (sender, WithAuth[(i + turn) % WithAuth.Length])),
            (All, turn == 0 ? Verified : TlsForAuth),
        ]);

    private static InboundListener OverIPv6(string name, InboundPolicy[] policies, int turn) => new(
        $"{name}-{turn}",
        Required,
        [.. AddressesV6.Append(All).Select((sender, i) => (sender, policies[(i + turn) % policies.Length]))])
    {
        IsOverIPv6 = true, HasEdges = turn == 1,
    };
}
