using System.Net;

namespace Cluster.EndToEnd.Tests.Matrices;

/// <summary>A host that hands over mail, and which senders of <see cref="InboundListeners"/> are about it.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Address">Its IPv4 address; its IPv6 address has the same octets.</param>
/// <param name="Sender">The sender that it is the first to match; null = only ALL.</param>
internal sealed record InboundClient(string Name, string Address, string? Sender)
{
    /// <summary>At a listener over IPv6: whom no sender matches. Others are not asked there.</summary>
    public static IReadOnlyList<InboundClient> OverIPv6 { get; } =
    [
        new("address", "10.80.0.1", "fd78::a50:1"),
        new("address-after", "10.80.0.2", null),
        new("network-first", "10.80.16.0", "fd78::a50:1000/116"),
        new("network-last", "10.80.31.255", "fd78::a50:1000/116"),
        new("network-after", "10.80.32.0", null),
        new("range-before", "10.80.40.4", null),
        new("range-first", "10.80.40.5", "fd78::a50:2805-fd78::a50:2814"),
        new("range-last", "10.80.40.20", "fd78::a50:2805-fd78::a50:2814"),
        new("range-after", "10.80.40.21", null),
    ];

    /// <summary>Clients of listeners over IPv4: each form of a sender with both its ends, and whoever is just beyond.</summary>
    public static IReadOnlyList<InboundClient> OverIPv4 { get; } =
    [
        new("address", "10.80.0.1", "10.80.0.1"),
        new("address-after", "10.80.0.2", null),
        new("network-first", "10.80.16.0", "10.80.16.0/20"),
        new("network-last", "10.80.31.255", "10.80.16.0/20"),
        new("network-after", "10.80.32.0", null),
        new("range-before", "10.80.40.4", null),
        new("range-first", "10.80.40.5", "10.80.40.5-20"),
        new("range-last", "10.80.40.20", "10.80.40.5-20"),
        new("range-after", "10.80.40.21", null),
        new("octets-first", "10.81.0.0", "10.81-84"),
        new("octets-last", "10.84.255.255", "10.81-84"),
        new("octets-after", "10.85.0.0", null),
        new("partial-dot", "10.90.200.7", "10.90."),
        new("partial", "10.91.0.9", "10.91"),
        new("partial-shorter", "10.9.0.1", null),
        new("elsewhere", "10.120.0.1", null),
        Named("name", "10.100.0.1", "mail.partner.test", "mail.partner.test"),
        Named("name-below", "10.100.0.2", "x.mail.partner.test", null),
        Named("under", "10.100.0.3", "a.branch.test", ".branch.test"),
        Named("under-deep", "10.100.0.4", "a.b.branch.test", ".branch.test"),
        Named("itself", "10.100.0.5", "branch.test", null),
        Named("alike", "10.100.0.6", "xbranch.test", null),
        Named("forged", "10.100.0.7", "mail.partner.test", null) with { HasAddressRecord = false },
        Named("forged-under", "10.100.0.8", "none.branch.test", null) with { HasAddressRecord = false },
        Named("silent", "10.100.0.9", "quiet.branch.test", null) with { HasPointer = false },
    ];

    /// <summary>The name that DNS connects with its address; null = none.</summary>
    public string? DnsName { get; private init; }

    /// <summary>Whether its name leads to its address; else it has forged the name of its address.</summary>
    public bool HasAddressRecord { get; private init; } = true;

    /// <summary>Whether its address leads to its name.</summary>
    public bool HasPointer { get; private init; } = true;

    /// <summary>Its address as the network takes it.</summary>
    public IPAddress Place => IPAddress.Parse(Address);

    /// <summary>Whether it stands for its sender: it tries everything that a client can do, others what tells policies apart.</summary>
    public bool TriesAll =>
        Name is "address" or "network-first" or "range-first" or "octets-first" or "partial-dot" or "partial" or "elsewhere" or "name"
            or "under";

    /// <summary>Returns the client with a name.</summary>
    public static InboundClient Of(string name) => OverIPv4.First(c => c.Name == name);

    private static InboundClient Named(string name, string address, string dnsName, string? sender) =>
        new(name, address, sender) { DnsName = dnsName };
}
