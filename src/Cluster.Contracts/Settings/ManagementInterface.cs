namespace Cluster.Contracts.Settings;

/// <summary>A management interface: where administrators reach a host by HTTPS, and with which certificate.</summary>
public sealed record ManagementInterface : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Interfaces;

    /// <summary>The name by which administrators reach it, and that its certificate must cover; absent = no name is checked.</summary>
    public string? Hostname { get; init; }

    /// <summary>TCP port of HTTPS, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Certificate that the interface presents to browsers and API clients.</summary>
    public required string HttpsCertificate { get; init; }
}
