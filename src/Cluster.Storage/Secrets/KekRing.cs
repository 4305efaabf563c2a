namespace Cluster.Storage.Secrets;

/// <summary>The key-encryption keys that this process holds; the first one seals, all of them open.</summary>
public sealed class KekRing
{
    private readonly Func<IReadOnlyList<Kek>?> reload;
    private volatile IReadOnlyList<Kek> keys;

    /// <summary>Made from keys at hand.</summary>
    /// <param name="keys">At least one; the first is the current one.</param>
    /// <param name="reload">Reads the source again: the keys if they may differ by now, else null. Called before sealing and when a record names an unknown key.</param>
    public KekRing(IReadOnlyList<Kek> keys, Func<IReadOnlyList<Kek>?>? reload = null)
    {
        if (keys.Count == 0) throw new ArgumentException("A ring holds at least one key.", nameof(keys));
        this.keys = keys;
        this.reload = reload ?? (static () => null);
    }

    /// <summary>The key that seals now.</summary>
    public Kek Current
    {
        get
        {
            Refresh();
            return keys[0];
        }
    }

    /// <summary>Ids of all keys, the current one first.</summary>
    public IReadOnlyList<string> Ids => [.. keys.Select(k => k.Id)];

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
