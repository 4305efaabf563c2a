using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Levels;

/// <summary>What holds for one machine: its levels merged item by item. References are names, looked up here.</summary>
public sealed class EffectiveConfiguration
{
    private readonly Dictionary<(string Kind, string Name), EffectiveItem> visible = [];
    private readonly Dictionary<string, List<EffectiveItem>> byKind = new(StringComparer.Ordinal);
    private readonly List<EffectiveItem> sorted = [];

    internal EffectiveConfiguration(long revision, IEnumerable<EffectiveItem> items)
    {
        Revision = revision;
        var hidden = new List<EffectiveItem>();
        foreach (var item in items) (item.Item.Hidden ? hidden : sorted).Add(item);
        sorted.Sort(Order);
        hidden.Sort(Order);
        Hidden = hidden;
        visible.EnsureCapacity(sorted.Count);
        foreach (var item in sorted)
        {
            visible.Add((item.Kind, item.Item.Key.Name), item);
            if (!byKind.TryGetValue(item.Kind, out var same)) byKind.Add(item.Kind, same = []);
            same.Add(item);
        }
    }

    /// <summary>Revision of the snapshot that it was resolved from.</summary>
    public long Revision { get; }

    /// <summary>The items that hold, ordered by kind and normalised name.</summary>
    public IReadOnlyCollection<EffectiveItem> Items => sorted;

    /// <summary>The objects that the nearest level hides, in the same order.</summary>
    public IReadOnlyList<EffectiveItem> Hidden { get; }

    /// <summary>Finds the object that a name leads to.</summary>
    /// <returns>Null when no level defines it or the nearest one hides it.</returns>
    public EffectiveItem? Find(string kind, string name) => visible.GetValueOrDefault((kind, ItemNames.Normalize(kind, name)));

    /// <summary>Finds the object of a kind that a name leads to.</summary>
    /// <returns>Null when no level defines it or the nearest one hides it.</returns>
    public EffectiveItem? Find<T>(string name)
        where T : class, ISettingsDocument => Find(T.Kind, name);

    /// <summary>Finds a singleton.</summary>
    /// <returns>Null when no level defines it.</returns>
    public EffectiveItem? Find<T>()
        where T : class, ISingletonDocument => Find(T.Kind, Kinds.SingletonName);

    /// <summary>Finds what hides the object, where the nearest level that knows it does.</summary>
    /// <returns>Null when that level defines it, or none knows it.</returns>
    public EffectiveItem? FindHidden(string kind, string name)
    {
        var normalized = ItemNames.Normalize(kind, name);
        return Hidden.FirstOrDefault(i => i.Kind == kind && i.Item.Key.Name == normalized);
    }

    /// <summary>Returns the document that a name leads to.</summary>
    /// <returns>Null when there is none.</returns>
    public T? Get<T>(string name)
        where T : class, ISettingsDocument => Find<T>(name)?.Item.Document?.Read<T>();

    /// <summary>Returns a singleton.</summary>
    /// <returns>Null when no level defines it.</returns>
    public T? Singleton<T>()
        where T : class, ISingletonDocument => Get<T>(Kinds.SingletonName);

    /// <summary>Returns the items of a kind, ordered by normalised name.</summary>
    public IReadOnlyList<EffectiveItem> Of(string kind) => byKind.GetValueOrDefault(kind, []);

    /// <summary>Returns the items of a kind with their documents, ordered by normalised name.</summary>
    public IEnumerable<(EffectiveItem Item, T Value)> All<T>()
        where T : class, ISettingsDocument =>
        Of(T.Kind).Select(i => (i, i.Item.Document!.Read<T>()));

    private static int Order(EffectiveItem one, EffectiveItem other) =>
        string.CompareOrdinal(one.Kind, other.Kind) is var order and not 0
            ? order
            : string.CompareOrdinal(one.Item.Key.Name, other.Item.Key.Name);
}
