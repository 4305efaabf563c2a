namespace Cluster.Storage.Secrets;

/// <summary>The key-encryption keys that this process holds; the first one seals, all of them open.</summary>
public sealed class KekRing
{
    private readonly Func<IReadOnlyList<Kek>?> reload;
    private volatile IReadOnlyList<Kek> keys = [];

    /// <summary>Made from keys at hand, the current one first.</summary>
    public KekRing(params IReadOnlyList<Kek> keys)
    {
        this.keys = keys;
        reload = static () => null;
    }

    /// <summary>Made from a source that can change while the program runs.</summary>
    /// <param name="reload">Returns the keys when they may differ from the last call's, the current one first, else null. Called
    /// before sealing and when a record names an unknown key.</param>
    public KekRing(Func<IReadOnlyList<Kek>?> reload) => this.reload = reload;

    /// <summary>The key that seals now.</summary>
    /// <exception cref="SealedRecordException">There is none.</exception>
    public Kek Current
    {
        get
        {
            Refresh();
            return keys.Count > 0
                ? keys[0]
                : throw new SealedRecordException("There is no key-encryption key at hand; give the one that belongs to this database.");
        }
    }

    /// <summary>Ids of all keys, the current one first.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            Refresh();
            return [.. keys.Select(k => k.Id)];
        }
    }

    internal Kek? Find(ReadOnlySpan<byte> id)
    {
        if (FindLoaded(id) is { } known) return known;
        Refresh();
        return FindLoaded(id);
    }

    private Kek? FindLoaded(ReadOnlySpan<byte> id)
    {
        foreach (var key in keys)
        {
            if (id.SequenceEqual(key.IdBytes)) return key;
        }

        return null;
    }

    private void Refresh()
    {
        if (reload() is { Count: > 0 } fresh) keys = fresh;
    }
}
