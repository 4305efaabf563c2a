namespace Cluster.Agent.Drivers;

/// <summary>What a service can do, as its driver found it.</summary>
internal sealed record ServiceDescription
{
    /// <summary>Version of the software, for example <c>3.7.11</c>; empty when it cannot be told.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>Kinds of settings that it applies, of <see cref="Contracts.Settings.Kinds"/>.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Stable names of what it can express, of <see cref="Contracts.Bundles.Features"/>.</summary>
    public required IReadOnlyList<string> Features { get; init; }
}
