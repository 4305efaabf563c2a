using System.Net;
using System.Net.Sockets;
using Cluster.Verification.Tls;

namespace Cluster.Verification.Proof;

/// <summary>How an endpoint shall answer. The protocol and what it expects beside TLS are the probe's.</summary>
public sealed record EndpointExpectation
{
    /// <summary>Where it listens; a wildcard address is reached over loopback.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>What is served by server name; one entry without a name for clients that send none.</summary>
    public required IReadOnlyList<ServedName> Names { get; init; }

    /// <summary>
    /// Connections at once. An old process that still serves must not go unnoticed, but a server that has one process can answer
    /// only one.
    /// </summary>
    public int Connections { get; init; } = 3;

    /// <summary>Where it is connected to.</summary>
    public IPEndPoint Reachable => EndPoint.Address switch
    {
        var any when any.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, EndPoint.Port),
        { AddressFamily: AddressFamily.InterNetworkV6 } any when any.Equals(IPAddress.IPv6Any) =>
            new IPEndPoint(IPAddress.IPv6Loopback, EndPoint.Port),
        _ => EndPoint,
    };
}

/// <summary>What clients are served that ask for a name.</summary>
/// <param name="ServerName">Server name indication; null = the client sends none.</param>
/// <param name="Certificates">Which one is served is the client's choice by key kind; none = it does not matter which, or no TLS
/// is offered.</param>
public sealed record ServedName(string? ServerName, IReadOnlyList<ExpectedCertificate> Certificates);

/// <summary>What came of looking at an endpoint.</summary>
/// <param name="EndPoint">Where it was reached.</param>
/// <param name="Problem">What was wrong to the end; null = it is as expected.</param>
/// <param name="Tls">The last handshake for the first name; null = there was none.</param>
public sealed record EndpointVerdict(IPEndPoint EndPoint, string? Problem, TlsSeen? Tls);
