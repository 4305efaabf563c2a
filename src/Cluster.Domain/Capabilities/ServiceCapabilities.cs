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

    /// <summary>Names of the listeners that it hosts.</summary>
    public required IReadOnlySet<string> Listeners { get; init; }

    /// <summary>Stable names of what it can express, see <see cref="Contracts.Bundles.Features"/>.</summary>
    public required IReadOnlySet<string> Features { get; init; }
}
