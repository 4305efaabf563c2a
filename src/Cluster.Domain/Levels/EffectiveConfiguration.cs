using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;

namespace Cluster.Domain.Levels;

/// <summary>What holds for one machine: its levels merged item by item. References are names, looked up here.</summary>
public sealed class EffectiveConfiguration
{
    private readonly SortedDictionary<(string Kind, string Name), EffectiveItem> visible;

    internal EffectiveConfiguration(long revision, IEnumerable<EffectiveItem> items)
    {
        Revision = revision;
        visible = new SortedDictionary<(string Kind, string Name), EffectiveItem>(KeyOrder);
        var hidden = new List<EffectiveItem>();
        foreach (var item in items)
        {
            if (item.Item.Hidden) hidden.Add(item);
            else visible.Add((item.Kind, item.Item.Key.Name), item);
        }

        Hidden = [.. hidden.OrderBy(i => (i.Kind, i.Item.Key.Name), KeyOrder)];
    }

    /// <summary>Revision of the snapshot that it was resolved from.</summary>
    public long Revision { get; }

    /// <summary>The items that hold, ordered by kind and normalised name.</summary>
    public IReadOnlyCollection<EffectiveItem> Items => visible.Values;

    /// <summary>The objects that the nearest level hides, in the same order.</summary>
    public IReadOnlyList<EffectiveItem> Hidden { get; }

    private static Comparer<(string Kind, string Name)> KeyOrder { get; } = Comparer<(string Kind, string Name)>.Create(static (x, y) =>
        string.CompareOrdinal(x.Kind, y.Kind) is var order and not 0 ? order : string.CompareOrdinal(x.Name, y.Name));

    /// <summary>Finds the object that a name leads to.</summary>
    /// <returns>Null when no level defines it or the nearest one hides it.</returns>
    public EffectiveItem? Find(string kind, string name) => visible.GetValueOrDefault((kind, ItemNames.Normalize(kind, name)));

    /// <summary>Whether the nearest level that knows the object hides it.</summary>
    public bool IsHidden(string kind, string name)
    {
        var normalized = ItemNames.Normalize(kind, name);
        return Hidden.Any(i => i.Kind == kind && i.Item.Key.Name == normalized);
    }

    /// <summary>Returns the document that a name leads to.</summary>
    /// <returns>Null when there is none.</returns>
    public T? Get<T>(string kind, string name)
        where T : class => Find(kind, name)?.Item.Document?.Read<T>();

    /// <summary>Returns a singleton.</summary>
    /// <returns>Null when no level defines it.</returns>
    public T? Singleton<T>(string kind)
        where T : class => Get<T>(kind, Kinds.SingletonName);

    /// <summary>Returns the items of a kind with their documents, ordered by normalised name.</summary>
    public IEnumerable<(EffectiveItem Item, T Value)> All<T>(string kind)
        where T : class =>
        visible.Values.Where(i => i.Kind == kind).Select(i => (i, i.Item.Document!.Read<T>()));
}
