using Cluster.Contracts.Levels;

namespace Cluster.Domain.Configuration;

/// <summary>All items of a cluster at a revision, or overlaid with staged edits; immutable.</summary>
public sealed class ConfigurationSnapshot
{
    private readonly Dictionary<ItemKey, Item> items;
    private readonly Lazy<ILookup<(LevelKind, Guid), Item>> byLevel;

    /// <summary>Makes a snapshot.</summary>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="revision">Revision at which the items hold.</param>
    /// <param name="items">One item a key.</param>
    public ConfigurationSnapshot(Guid clusterId, long revision, IEnumerable<Item> items)
    {
        ClusterId = clusterId;
        Revision = revision;
        this.items = items.ToDictionary(item => item.Key);
        byLevel = new Lazy<ILookup<(LevelKind, Guid), Item>>(
            () => this.items.Values.ToLookup(item => (item.Key.LevelKind, item.Key.LevelId)));
    }

    /// <summary>Id of the cluster whose items these are.</summary>
    public Guid ClusterId { get; }

    /// <summary>Revision at which the items hold; staged edits do not change it.</summary>
    public long Revision { get; }

    /// <summary>All items, in no particular order.</summary>
    public IReadOnlyCollection<Item> Items => items.Values;

    /// <summary>Finds an item.</summary>
    /// <returns>Null when the level does not define it.</returns>
    public Item? Find(ItemKey key) => items.GetValueOrDefault(key);

    /// <summary>Returns what one level defines.</summary>
    public IEnumerable<Item> At(LevelKind levelKind, Guid levelId) => byLevel.Value[(levelKind, levelId)];

    /// <summary>Returns a snapshot in which the changes hold: an item replaces the one with its key, null removes it.</summary>
    public ConfigurationSnapshot With(IEnumerable<KeyValuePair<ItemKey, Item?>> changes) => AtRevision(Revision, changes);

    /// <summary>Returns the snapshot of another revision, in which the changes hold.</summary>
    public ConfigurationSnapshot AtRevision(long revision, IEnumerable<KeyValuePair<ItemKey, Item?>> changes)
    {
        var merged = new Dictionary<ItemKey, Item>(items);
        foreach (var (key, item) in changes)
        {
            if (item is null) merged.Remove(key);
            else merged[key] = item;
        }

        return new ConfigurationSnapshot(ClusterId, revision, merged.Values);
    }
}
