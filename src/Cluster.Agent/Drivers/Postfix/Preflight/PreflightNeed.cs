using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Rendering;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>Whether a scratch instance must try a state first; a pure function.</summary>
internal static class PreflightNeed
{
    /// <summary>
    /// Needed when parameters, maps or master.cf differ, also by an administrator's hand since the last proof;
    /// not when only PEM files do: those the agent's own reader has checked.
    /// </summary>
    public static bool Decide(PostfixManifest? live, RenderedState next, FileChange main, FileChange master)
    {
        if (live is null || master.Changes || main.Before != live.Main.After || master.Before != live.Master.After) return true;
        // With another kind of key other ciphers can be agreed on.
        var choosesCiphers = next.Parameters.ContainsKey(PostfixNames.InboundCiphers) && !Same(live.Files, next.FileHashes);
        return choosesCiphers || !Same(live.Parameters, next.Parameters) || !Same(Maps(live.Files), Maps(next.FileHashes));
    }

    private static IEnumerable<KeyValuePair<string, string>> Maps(IReadOnlyDictionary<string, string> files) =>
        files.Where(f => !f.Key.EndsWith(".pem", StringComparison.Ordinal));

    private static bool Same(IEnumerable<KeyValuePair<string, string>> left, IEnumerable<KeyValuePair<string, string>> right) =>
        left.OrderBy(p => p.Key, StringComparer.Ordinal).SequenceEqual(right.OrderBy(p => p.Key, StringComparer.Ordinal));
}
