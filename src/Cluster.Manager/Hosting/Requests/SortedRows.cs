namespace Cluster.Manager.Hosting.Requests;

/// <summary>Rows of a list in memory, sorted once by a key, so that a page at any depth costs what the first costs.</summary>
internal sealed class SortedRows<T>
{
    private readonly (string Key, T Row)[] rows;

    /// <summary>Sorts them; keys are compared by ordinals and must be different for a row to be found again.</summary>
    public SortedRows(IEnumerable<T> unsorted, Func<T, string> keyOf)
    {
        rows = [.. unsorted.Select(row => (keyOf(row), row))];
        Array.Sort(rows, static (x, y) => string.CompareOrdinal(x.Key, y.Key));
    }

    /// <summary>The rows behind a key, with their keys.</summary>
    /// <param name="after">Key of the last row of the page before; null = from the first on.</param>
    public IEnumerable<(string Key, T Row)> After(string? after)
    {
        for (var i = after is null ? 0 : FirstBehind(after); i < rows.Length; i++) yield return rows[i];
    }

    private int FirstBehind(string key)
    {
        var (low, high) = (0, rows.Length);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (string.CompareOrdinal(rows[middle].Key, key) > 0) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
