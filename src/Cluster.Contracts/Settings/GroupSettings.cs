namespace Cluster.Contracts.Settings;

/// <summary>The document of a group.</summary>
public sealed record GroupSettings : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Groups;

    /// <summary>Free text for other administrators; at most 1,000 characters.</summary>
    public string? Description { get; init; }
}
