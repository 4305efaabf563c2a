using Cluster.Contracts.Findings;

namespace Cluster.Manager.Features.Findings;

/// <summary>Findings in the order of the list, sorted once, so that a page at any depth costs what the first costs.</summary>
internal sealed class SortedFindings
{
    private readonly (string Key, Finding Finding)[] rows;

    /// <summary>Sorts them.</summary>
    public SortedFindings(IEnumerable<Finding> findings)
    {
        rows = [.. findings.Select(f => (Key: $"{(int)f.Severity}\n{f.Level}\n{f.Kind}\n{f.Name}\n{f.Code}\n{f.Id}", Finding: f))];
        Array.Sort(rows, static (x, y) => string.CompareOrdinal(x.Key, y.Key));
    }

    /// <summary>Returns the findings behind a key, with their keys.</summary>
    /// <param name="after">Key of the last finding of the page before; null = from the first on.</param>
    public IEnumerable<(string Key, Finding Finding)> After(string? after)
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
