namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>main.cf with our parameters as wanted, and what the administrator had for each of them.</summary>
/// <param name="Result">The edited file.</param>
/// <param name="Originals">Name to the entry as it stood; null = there was none.</param>
internal sealed record MainCfEdit(MainCf Result, IReadOnlyDictionary<string, string?> Originals)
{
    /// <summary>Sets the wanted parameters and puts the others of ours back.</summary>
    /// <param name="current">The live file.</param>
    /// <param name="originals">Parameters that are ours now, with what stood before.</param>
    /// <param name="wanted">Parameters that shall be ours.</param>
    public static MainCfEdit Make(MainCf current, IReadOnlyDictionary<string, string?> originals, IReadOnlyDictionary<string, string> wanted)
    {
        var result = current;
        foreach (var (name, raw) in originals.Where(o => !wanted.ContainsKey(o.Key)))
        {
            result = raw is null ? result.Without(name) : result.WithRaw(name, raw);
        }

        var kept = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in wanted)
        {
            kept[name] = originals.TryGetValue(name, out var raw) ? raw : IsOwn(name) ? null : current.FindRaw(name);
            result = result.With(name, value);
        }

        return new MainCfEdit(result.Tidied(), kept);
    }

    /// <summary>The file as it is without us.</summary>
    public static MainCf Administrator(MainCf current, IReadOnlyDictionary<string, string?> originals)
    {
        var result = Make(current, originals, new Dictionary<string, string>()).Result;
        foreach (var name in result.Names.Where(IsOwn).ToArray()) result = result.Without(name);
        return result.Tidied();
    }

    private static bool IsOwn(string name) => name.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal);
}
