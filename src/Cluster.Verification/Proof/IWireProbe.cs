using System.Net;
using Cluster.Verification.Tls;

namespace Cluster.Verification.Proof;

/// <summary>
/// One protocol's way to look at an endpoint as a client sees it. A new protocol is one class that implements this; repeating, the loop
/// over server names and key kinds, and patience after a reload are <see cref="EndpointProver"/>'s.
/// </summary>
public interface IWireProbe
{
    /// <summary>
    /// Looks once with several fresh connections. All are open before any goes on, so that as many server processes answer.
    /// What the peer or the network does wrong is a <see cref="WireLook.Problem"/>, never an exception.
    /// </summary>
    /// <returns>One look a connection.</returns>
    Task<IReadOnlyList<WireLook>> ProbeAsync(WireTarget target, int connections, CancellationToken ct);
}

/// <summary>What is looked at, and what shall be seen there.</summary>
public sealed record WireTarget
{
    /// <summary>Address and port that are connected to; nothing is looked up.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>What is offered in the handshake.</summary>
    public TlsOffer Offer { get; init; } = new();

    /// <summary>Any of these shall be served, with exactly its chain; none = it does not matter which.</summary>
    public required IReadOnlyList<ExpectedCertificate> Certificates { get; init; }

    /// <summary>Limit for each stage.</summary>
    public TimeSpan StageTimeout { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>What one connection saw.</summary>
/// <param name="Problem">What is not as expected; null = nothing.</param>
/// <param name="IsSilent">Whether nobody answered, which may only be a server that is being started.</param>
/// <param name="Tls">The handshake; null = there was none.</param>
public sealed record WireLook(string? Problem, bool IsSilent, TlsSeen? Tls);
