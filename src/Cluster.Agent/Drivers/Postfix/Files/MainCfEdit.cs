using Cluster.Agent.Drivers.Postfix.Routes;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>main.cf with our parameters as wanted, and what the administrator had for each of them.</summary>
/// <param name="Result">The edited file.</param>
/// <param name="Originals">Name to the entry as it stood; null = there was none.</param>
internal sealed record MainCfEdit(MainCf Result, IReadOnlyDictionary<string, string?> Originals)
{
    /// <summary>Sets the wanted parameters and restores the others of ours.</summary>
    /// <param name="current">The live file.</param>
    /// <param name="originals">Parameters that are ours now, with what stood before.</param>
    /// <param name="wanted">Parameters that shall be ours.</param>
    public static MainCfEdit Make(
        MainCf current, IReadOnlyDictionary<string, string?> originals, IReadOnlyDictionary<string, string> wanted)
    {
        var result = current;
        foreach (var (name, raw) in originals.Where(o => !wanted.ContainsKey(o.Key)))
        {
            result = OfAdministrator(name, raw) is { } own ? result.WithRaw(name, own) : result.Without(name);
        }

        var kept = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in wanted)
        {
            kept[name] = OfAdministrator(name, originals.TryGetValue(name, out var raw) ? raw : current.FindRaw(name));
            result = result.With(name, value);
        }

        return new MainCfEdit(result.Tidied(), kept);
    }

    /// <summary>The file as it is without us.</summary>
    public static MainCf Administrator(MainCf current, IReadOnlyDictionary<string, string?> originals)
    {
        var result = Make(current, originals, new Dictionary<string, string>()).Result;
        foreach (var name in result.Names.ToArray())
        {
            result = OfAdministrator(name, result.FindRaw(name)) is { } own ? result.WithRaw(name, own) : result.Without(name);
        }

        return result.Tidied();
    }

    // A main.cf from a backup may name a generation that is gone: what goes through one is ours, never the administrator's.
    private static string? OfAdministrator(string name, string? raw)
    {
        if (raw is null || IsOwn(name)) return null;
        if (!IsThroughUs(raw)) return raw;
        if (name is not ("smtp_tls_policy_maps" or "transport_maps")) return null;
        var theirs = Words.Of(MainCf.ValueOfRaw(raw)).Where(m => !IsThroughUs(m)).ToArray();
        return theirs.Length == 0 ? null : $"{name} = {string.Join(", ", theirs)}\n";
    }

    private static bool IsThroughUs(string text) => text.Contains("$" + PostfixNames.Generation, StringComparison.Ordinal);

    private static bool IsOwn(string name) => name.StartsWith(PostfixNames.Prefix, StringComparison.Ordinal);
}
