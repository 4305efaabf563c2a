namespace Cluster.Contracts.Settings;

/// <summary>
/// The client certificate towards one service that the hosts use, for example URL filtering; the name of the item is that of the
/// service.
/// </summary>
public sealed record ServiceClient : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.ServiceClients;

    /// <summary>Certificate with which the host identifies itself to that service.</summary>
    public required string Certificate { get; init; }
}
