namespace Cluster.Contracts.Settings;

/// <summary>Where an item is copied or moved to.</summary>
public sealed record RelocationRequest
{
    /// <summary>cluster, group:NAME or machine:NAME.</summary>
    public required string ToLevel { get; init; }

    /// <summary>Replace what that level defines; default false.</summary>
    public bool? Replace { get; init; }
}
