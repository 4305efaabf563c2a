using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Configuration;

/// <summary>What identifies an item in a cluster: the level that defines it, its kind and its name as compared.</summary>
/// <param name="LevelKind">Kind of the level.</param>
/// <param name="LevelId">Id of the group or machine; the cluster's id at cluster level.</param>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Name">Normalised name; <c>-</c> for a singleton and for a group's own item.</param>
public readonly record struct ItemKey(LevelKind LevelKind, Guid LevelId, string Kind, string Name) : IComparable<ItemKey>
{
    /// <summary>The item that says that a group exists; it stands at the group's own level.</summary>
    public static ItemKey OfGroup(Guid groupId) => Of<GroupSettings>(LevelKind.Group, groupId, Kinds.SingletonName);

    /// <summary>The key of a name as written.</summary>
    public static ItemKey Of(LevelKind levelKind, Guid levelId, string kind, string name) =>
        new(levelKind, levelId, kind, ItemNames.Normalize(kind, name));

    /// <summary>The key of a name as written, of the kind that has these documents.</summary>
    public static ItemKey Of<T>(LevelKind levelKind, Guid levelId, string name)
        where T : class, ISettingsDocument => Of(levelKind, levelId, T.Kind, name);

    /// <summary>Whether the item is of the kind that has these documents.</summary>
    public bool Is<T>()
        where T : class, ISettingsDocument => Kind == T.Kind;

    /// <summary>Orders by level, kind and name, so that lists are stable.</summary>
    public int CompareTo(ItemKey other)
    {
        var order = LevelKind.CompareTo(other.LevelKind);
        if (order == 0) order = LevelId.CompareTo(other.LevelId);
        if (order == 0) order = string.CompareOrdinal(Kind, other.Kind);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(ItemKey left, ItemKey right) => left.CompareTo(right) < 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(ItemKey left, ItemKey right) => left.CompareTo(right) > 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(ItemKey left, ItemKey right) => left.CompareTo(right) <= 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(ItemKey left, ItemKey right) => left.CompareTo(right) >= 0;
}
