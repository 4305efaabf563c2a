namespace Cluster.Storage.Configuration;

/// <summary>Questions about items.</summary>
public static class ItemQueries
{
    /// <summary>The items of a cluster as they stand now, hidden ones included.</summary>
    public static IQueryable<ItemVersion> Current(this IQueryable<ItemVersion> items, Guid clusterId) =>
        items.Where(i => i.ClusterId == clusterId && i.ToRevision == null);

    /// <summary>The items of a cluster as they stood at a revision, hidden ones included.</summary>
    public static IQueryable<ItemVersion> AtRevision(this IQueryable<ItemVersion> items, Guid clusterId, long revision) =>
        items.Where(i => i.ClusterId == clusterId && i.FromRevision <= revision && (i.ToRevision == null || i.ToRevision > revision));

    /// <summary>The item versions that a revision began or ended.</summary>
    public static IQueryable<ItemVersion> TouchedBy(this IQueryable<ItemVersion> items, Guid clusterId, long revision) =>
        items.Where(i => i.ClusterId == clusterId && (i.FromRevision == revision || i.ToRevision == revision));
}
