using System.Linq.Expressions;

namespace Cluster.Storage.Lists;

/// <summary>
/// The order of a list: keys that together are unique, so that a page can begin after the last item of the page before by an index, however deep it is.
/// Keys are text, ids, numbers or instants.
/// </summary>
/// <typeparam name="T">Type of the rows.</typeparam>
public sealed class Keyset<T>
{
    internal Keyset(string list, IReadOnlyList<KeysetKey> keys)
    {
        List = list;
        Keys = keys;
    }

    /// <summary>Name of the list, with everything that filters it: a token of another list or filter is refused.</summary>
    public string List { get; }

    internal IReadOnlyList<KeysetKey> Keys { get; }

    /// <summary>Orders rows with equal keys by a further one.</summary>
    public Keyset<T> Then<TKey>(Expression<Func<T, TKey>> key, bool descending = false) => new(List, [.. Keys, new KeysetKey(key, typeof(TKey), descending)]);
}

/// <summary>Begins orders of lists.</summary>
public static class Keyset
{
    /// <summary>Orders by a first key.</summary>
    /// <param name="list">Name of the list, with everything that filters it.</param>
    /// <param name="key">The key.</param>
    /// <param name="descending">True = highest first.</param>
    public static Keyset<T> By<T, TKey>(string list, Expression<Func<T, TKey>> key, bool descending = false) =>
        new(list, [new KeysetKey(key, typeof(TKey), descending)]);
}

/// <summary>One key of an order.</summary>
internal sealed record KeysetKey(LambdaExpression Key, Type Type, bool Descending);
