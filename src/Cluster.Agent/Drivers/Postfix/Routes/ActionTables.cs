using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Searches tables for the action <c>FILTER</c>; one is searched once, and what it names in its turn as well.</summary>
internal sealed class ActionTables(PostfixCommands commands, string directory)
{
    private const string Action = "FILTER";
    private const string PolicyService = "check_policy_service";
    private static readonly string[] Listed = ["hash", "lmdb", "btree", "cdb", "dbm", "sdbm", "texthash", "inline"];
    private static readonly string[] OfPatterns = ["regexp", "pcre", "cidr"];
    private static readonly string[] OfTables = ["unionmap", "pipemap"];
    private static readonly string[] Unlisted =
    [
        "ldap", "mysql", "pgsql", "sqlite", "mongodb", "memcache", "socketmap", "tcp", "nis", "nisplus", "netinfo", "unix", "environ",
    ];

    private readonly HashSet<string> searched = new(StringComparer.Ordinal);

    /// <summary>The targets.</summary>
    public List<Route> Found { get; } = [];

    /// <summary>Actions whose target is made of what they match.</summary>
    public List<string> Untold { get; } = [];

    /// <summary>Tables and services that cannot be searched.</summary>
    public List<string> Unread { get; } = [];

    /// <summary>Searches every table of a list of restrictions.</summary>
    /// <param name="list">The list, expanded.</param>
    /// <param name="source">Where it stands, for people.</param>
    /// <param name="ct">Stops it.</param>
    public async Task AddRestrictionsAsync(string list, string source, CancellationToken ct)
    {
        var isService = false;
        foreach (var word in Words.Of(list))
        {
            if (isService) AddUnread($"the policy service {word}", source);
            else if (IsTable(word)) await AddAsync(word, source, ct);
            isService = word.Equals(PolicyService, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>Searches every table of a list of tables.</summary>
    /// <param name="list">The list, expanded.</param>
    /// <param name="source">Where it stands, for people.</param>
    /// <param name="ct">Stops it.</param>
    public async Task AddTablesAsync(string list, string source, CancellationToken ct)
    {
        foreach (var table in Words.Of(list)) await AddAsync(table, source, ct);
    }

    private async Task AddAsync(string table, string source, CancellationToken ct)
    {
        if (!searched.Add(table)) return;
        var (type, name) = Parts(table);
        if (name.StartsWith(Path.Combine(directory, "cluster") + "/", StringComparison.Ordinal)) return;
        if (OfTables.Contains(type))
        {
            await AddTablesAsync(Inside(name), source, ct);
            return;
        }

        if (await ValuesAsync(type, name, ct) is not { } values)
        {
            AddUnread($"the table {table}", source);
            return;
        }

        foreach (var value in values.Distinct(StringComparer.Ordinal)) await AddValueAsync(value, $"{table} ({source})", ct);
    }

    // What is on the right side of a table: an action, or more restrictions.
    private async Task AddValueAsync(string value, string source, CancellationToken ct)
    {
        var words = value.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        if (words is [var action, var target] && action.Equals(Action, StringComparison.OrdinalIgnoreCase))
        {
            // Without a colon Postfix warns, and does nothing.
            if (!target.Contains(':', StringComparison.Ordinal)) return;
            if (target.Replace("$$", "", StringComparison.Ordinal).Contains('$', StringComparison.Ordinal))
                Untold.Add($"{Action} {target} in {source}");
            else
                Found.Add(Route.Parse(target, $"{Action} in {source}"));
        }
        else if (value.Contains(':', StringComparison.Ordinal))
        {
            await AddRestrictionsAsync(value, source, ct);
        }
    }

    // Null = nobody can search it.
    private async Task<IEnumerable<string>?> ValuesAsync(string type, string name, CancellationToken ct)
    {
        if (type == "static") return [Inside(name)];
        if (type == "randmap") return Words.Of(Inside(name));
        if (type == "fail") return [];
        if (Listed.Contains(type)) return (await commands.ListAsync(directory, $"{type}:{name}", ct))?.Values;
        if (!OfPatterns.Contains(type)) return null;
        if (name.StartsWith('{')) return Words.Of(Inside(name)).Select(r => PatternTable.ValueOf(type, Inside(r))).OfType<string>();
        return HostFile.Find(name) is { } table ? PatternTable.Values(type, LogicalLines.Bytes.GetString(table)) : null;
    }

    private void AddUnread(string what, string source)
    {
        var text = $"{what} ({source})";
        if (!Unread.Contains(text)) Unread.Add(text);
    }

    private static bool IsTable(string word) =>
        Parts(word) is ({ Length: > 0 } type, _)
        && (Listed.Contains(type) || OfPatterns.Contains(type) || OfTables.Contains(type) || Unlisted.Contains(type)
            || type is "static" or "randmap" or "fail");

    // What proxymap(8) would open on behalf of a daemon can be opened here as well; debug: only logs.
    private static (string Type, string Name) Parts(string table)
    {
        var colon = table.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return ("", table);
        var (type, name) = (table[..colon], table[(colon + 1)..]);
        return type is "proxy" or "debug" ? Parts(name) : (type, name);
    }

    private static string Inside(string text) =>
        text.Trim() is ['{', .. var inside, '}'] ? inside.Trim() : text.Trim();
}
