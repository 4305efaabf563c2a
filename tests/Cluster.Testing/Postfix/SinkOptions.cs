using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Testing.Postfix;

/// <summary>What is special about a sink.</summary>
public sealed record SinkOptions
{
    /// <summary>What it does otherwise than others.</summary>
    public SinkHabit Habit { get; init; }

    /// <summary>Where it listens; absent = on a free port of loopback. The sink disposes it.</summary>
    public Socket? Listening { get; init; }

    /// <summary>What it sends after its certificate.</summary>
    public X509Certificate2Collection Intermediates { get; init; } = [];

    /// <summary>Whether it wants to see a certificate of the client.</summary>
    public SinkDemand Demand { get; init; }
}

/// <summary>What a sink wants of the certificates of clients.</summary>
public enum SinkDemand
{
    /// <summary>It does not ask.</summary>
    None,

    /// <summary>It asks, and takes mail also without.</summary>
    Asks,

    /// <summary>It ends the connection where there is none.</summary>
    Insists,
}

/// <summary>What a sink does otherwise than others.</summary>
public enum SinkHabit
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It knows no EHLO, only HELO.</summary>
    HasNoEhlo,

    /// <summary>It offers STARTTLS and answers it with 454.</summary>
    RefusesStartTls,

    /// <summary>It takes STARTTLS and then sends what is no handshake.</summary>
    FailsHandshakes,
}
