namespace Cluster.Manager.Hosting.Caching;

/// <summary>
/// Keeps what was used last, up to a total weight. One lock guards it: what is kept is found in well under a microsecond, and
/// making what is missing happens outside of it.
/// </summary>
/// <param name="capacity">Largest total weight; a single entry that is heavier is kept until the next one comes.</param>
/// <param name="weigh">Weight of a value, for example its size in bytes; null = each counts as one.</param>
internal sealed class BoundedCache<TKey, TValue>(long capacity, Func<TValue, long>? weigh = null)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> entries = [];

    // The newest use is first.
    private readonly LinkedList<Entry> byUse = new();
    private long held;

    /// <summary>Total weight of what is kept.</summary>
    public long Held
    {
        get
        {
            lock (gate) return held;
        }
    }

    /// <summary>Finds a value and counts that as a use.</summary>
    public bool TryGet(TKey key, out TValue value)
    {
        lock (gate)
        {
            if (entries.TryGetValue(key, out var node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
                value = node.Value.Value;
                return true;
            }
        }

        value = default!;
        return false;
    }

    /// <summary>Keeps a value unless the key has one; those whose last use is longest ago make room.</summary>
    /// <returns>The value that is kept.</returns>
    public TValue GetOrAdd(TKey key, TValue value)
    {
        if (TryGet(key, out var known)) return known;
        var weight = weigh?.Invoke(value) ?? 1;
        lock (gate)
        {
            if (entries.TryGetValue(key, out var first)) return first.Value.Value;
            entries[key] = byUse.AddFirst(new Entry(key, value, weight));
            held += weight;
            while (held > capacity && byUse.Count > 1) Drop(byUse.Last!);
            return value;
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        byUse.Remove(node);
        entries.Remove(node.Value.Key);
        held -= node.Value.Weight;
    }

    private sealed record Entry(TKey Key, TValue Value, long Weight);
}
