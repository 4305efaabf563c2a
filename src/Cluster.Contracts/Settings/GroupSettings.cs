namespace Cluster.Contracts.Settings;

/// <summary>The document of a group.</summary>
public sealed record GroupSettings : ISettingsDocument
{
    /// <inheritdoc/>
    public static string Kind => Kinds.Groups;

    /// <summary>What the group is for.</summary>
    public string? Description { get; init; }
}
