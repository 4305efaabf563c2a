using Cluster.Contracts.Access;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Who sent the request: one bearer token.</summary>
/// <param name="TokenId">Id of the token.</param>
/// <param name="Name">Label of the token: author of changes, actor of audit events.</param>
/// <param name="Grants">What it may do.</param>
/// <param name="ExpiresAt">When the token ends; null = never.</param>
internal sealed record Caller(Guid TokenId, string Name, IReadOnlyList<ClusterGrant> Grants, DateTimeOffset? ExpiresAt)
{
    /// <summary>The highest role in a cluster; null = none, the cluster does not exist for the caller.</summary>
    public Role? RoleIn(Guid cluster) => Highest(Grants.Where(g => g.Covers(cluster)));

    /// <summary>The highest role anywhere; null = none.</summary>
    public Role? RoleAnywhere => Highest(Grants);

    /// <summary>Whether the caller owns the installation.</summary>
    public bool IsOwner => Grants.Any(g => g is { Cluster: null, Role: Role.Owner });

    /// <summary>Whether private keys of a cluster may be released to the caller.</summary>
    public bool MayExportKeys(Guid cluster) => Grants.Any(g => g.ExportKeys && g.Covers(cluster));

    /// <summary>Whether the caller sees every cluster, also later ones.</summary>
    public bool SeesAll => Grants.Any(g => g.Cluster is null);

    /// <summary>The clusters that are granted by id; only of interest unless <see cref="SeesAll"/>.</summary>
    public IReadOnlyList<Guid> Clusters => [.. Grants.Where(g => g.Cluster is not null).Select(g => g.Cluster!.Value).Distinct()];

    private static Role? Highest(IEnumerable<ClusterGrant> grants) => grants.Select(g => (Role?)g.Role).Max();
}

/// <summary>A grant as it is stored: by the cluster's immutable id, so that it never passes to another cluster of the same name.</summary>
/// <param name="Cluster">Id of the cluster; null = all.</param>
/// <param name="Role">Role in it.</param>
/// <param name="ExportKeys">Whether private keys may be released.</param>
internal sealed record ClusterGrant(Guid? Cluster, Role Role, bool ExportKeys)
{
    /// <summary>Whether it holds in a cluster.</summary>
    public bool Covers(Guid cluster) => Cluster is null || Cluster == cluster;
}
