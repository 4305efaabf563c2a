using System.Text.RegularExpressions;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Postfix.Staging;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>Describes the administrator's own files, without what is ours in them.</summary>
internal static partial class LocalFingerprint
{
    private const int DeepestReference = 5;
    private const int MostTables = 200;
    private const int LongestTable = 1024 * 1024;
    private const string DefaultQueue = "/var/spool/postfix";
    private static readonly string[] MapSuffixes = ["", ".db", ".lmdb", ".cdb"];

    /// <summary>Lower-case hex SHA-256.</summary>
    /// <param name="service">Its entry in the local file.</param>
    /// <param name="configDirectory">Where main.cf is.</param>
    /// <param name="live">What stands there.</param>
    /// <param name="running">Whether Postfix runs: stopped, it does not say where mail goes, and more is refused.</param>
    /// <param name="findings">What is known of what domains publish, as one hash: it refuses as well.</param>
    public static string Of(LocalService service, string configDirectory, LiveFiles live, bool running, string findings)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add(running ? "runs" : "stopped").Add(findings);
        fingerprint.Add(live.Administrator.ToString(), LogicalLines.Bytes);
        fingerprint.Add(live.Master.WithoutOurs().ToString(), LogicalLines.Bytes);
        foreach (var endpoint in (service.Endpoints ?? [])
            .OrderBy(e => e.Kind, StringComparer.Ordinal)
            .ThenBy(e => e.Name, StringComparer.Ordinal))
            fingerprint.Add($"{endpoint.Kind} {endpoint.Name} {endpoint.Address} {endpoint.Port}");
        foreach (var map in MapsOf(configDirectory, live)) fingerprint.AddFile(new FileInfo(map));
        return fingerprint.AddFiles(configDirectory, "main.cf", "master.cf").End();
    }

    /// <summary>
    /// Files of the maps and lists that decide where mail goes and what is asked of its next hop, wherever they stand; of maps that are
    /// compiled, Postfix reads the compiled file. And those that name the resolvers, which must validate for DANE. Caches are no settings:
    /// they change with mail. And the rules of the TLS library, by which it offers versions and ciphers.
    /// </summary>
    public static IReadOnlyList<string> MapsOf(string configDirectory, LiveFiles live)
    {
        var main = live.Administrator;
        var entries = live.Master.Entries.ToList();
        var paths = RouteReader.Watched
            .Concat(entries.Select(e => e.Option(FilterReader.Classes)).Append(main.Find(FilterReader.Classes)).SelectMany(Words.Of))
            .Distinct(StringComparer.Ordinal)
            .SelectMany(name => entries.Select(e => e.Option(name)).Append(main.Find(name)))
            .OfType<string>()
            .SelectMany(value => MapFile().Matches(Expanded(value, depth: 0)))
            .Select(m => m.Groups["path"].Value)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        AddNamedInTables(paths, configDirectory);
        paths.Sort(StringComparer.Ordinal);
        var queue = Expanded(main.Find("queue_directory") ?? DefaultQueue, depth: 0);
        return
        [
            .. paths.SelectMany(p => MapSuffixes.Select(suffix => p + suffix)),
            ResolverReader.SystemFile, ResolverReader.FileInChroot(queue), .. ProtocolMemory.Deciding,
        ];

        string Expanded(string value, int depth) =>
            depth == DeepestReference ? value : Reference().Replace(value, r => ValueOf(r.Groups["name"].Value, depth + 1));

        string ValueOf(string name, int depth) => name == "config_directory" ? configDirectory : Expanded(main.Find(name) ?? "", depth);
    }

    // What a table answers may be more restrictions with tables of their own.
    private static void AddNamedInTables(List<string> paths, string configDirectory)
    {
        for (var i = 0; i < paths.Count && i < MostTables; i++)
        {
            if (HostFile.Find(paths[i], LongestTable) is not { } table) continue;
            var text = LogicalLines.Bytes.GetString(table);
            var named = NamedTable().Matches(text.Replace("$config_directory", configDirectory, StringComparison.Ordinal))
                .Select(m => m.Groups["path"].Value);
            paths.AddRange(named.Except(paths, StringComparer.Ordinal).ToList());
        }
    }

    // A map bears its type; the plain path of a file, also behind a "!", stands in a list for what the file lists.
    [GeneratedRegex(@"(?:\b[a-z]+:|(?<![^\s,{!]))(?<path>/[^\s,;""'}]+)")]
    private static partial Regex MapFile();

    [GeneratedRegex(@"\b(?:hash|lmdb|btree|cdb|texthash|regexp|pcre|cidr):(?<path>/[^\s,;""'}]+)")]
    private static partial Regex NamedTable();

    [GeneratedRegex(@"\$(?<open>[{(]?)(?<name>\w+)[})]?")]
    private static partial Regex Reference();
}
