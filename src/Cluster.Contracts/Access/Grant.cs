namespace Cluster.Contracts.Access;

/// <summary>What a token may do in one cluster, or in all.</summary>
public sealed record Grant
{
    /// <summary>Name of the cluster; <c>*</c> = every cluster, also later ones.</summary>
    public required string Cluster { get; init; }

    /// <summary>The role in it; <c>owner</c> only with <c>*</c>.</summary>
    public required Role Role { get; init; }

    /// <summary>Whether private keys may be released: export, backup, restore elsewhere; default false.</summary>
    public bool? ExportKeys { get; init; }
}
