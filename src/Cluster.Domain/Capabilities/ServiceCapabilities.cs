namespace Cluster.Domain.Capabilities;

/// <summary>What one service on a host announces: the host's own file and its driver decide.</summary>
public sealed record ServiceCapabilities
{
    /// <summary>Name of the service on the host.</summary>
    public required string Name { get; init; }

    /// <summary>Driver, for example <c>postfix</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>Kinds of settings that it applies.</summary>
    public required IReadOnlySet<string> Kinds { get; init; }

    /// <summary>The endpoints that it hosts: those that the host's file lists under it.</summary>
    public required IReadOnlySet<EndpointName> Endpoints { get; init; }

    /// <summary>Stable names of what it can express, see <see cref="Contracts.Bundles.Features"/>.</summary>
    public required IReadOnlySet<string> Features { get; init; }

    /// <summary>
    /// Whether it hands certificates over to software that it does not know, and makes or takes no connections itself: driver
    /// <c>files</c>.
    /// </summary>
    public bool OnlyHandsOver => Driver == "files";

    /// <summary>Whether it applies a kind and hosts the endpoint of that name.</summary>
    public bool Hosts(string kind, string name) => Kinds.Contains(kind) && Endpoints.Contains(new EndpointName(kind, name));
}

/// <summary>Names an endpoint: where clients reach a service.</summary>
/// <param name="Kind">Kind of the item that configures it, for example <c>listeners</c>.</param>
/// <param name="Name">Name of that item.</param>
public readonly record struct EndpointName(string Kind, string Name);
