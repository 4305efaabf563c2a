using System.Text;
using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>
/// Reads the administrator's configuration with what it includes, leniently: nginx itself judges it, and what it means is seen on the
/// wire. The agent's own files are not read. Files that did not change are not read again.
/// </summary>
/// <param name="mainFile">The main file.</param>
/// <param name="ownDirectory">The agent's directory.</param>
internal sealed class ConfigReader(string mainFile, string ownDirectory)
{
    private const int Deepest = 32;
    private ServerMap? known;
    private string stamp = "";

    /// <summary>What the configuration says now.</summary>
    /// <exception cref="IOException">A file that is there cannot be read.</exception>
    public ServerMap Read()
    {
        if (known is { } before && stamp == Stamp(before)) return before;
        var files = new SortedSet<string>(StringComparer.Ordinal);
        var includes = new SortedSet<string>(StringComparer.Ordinal);
        var main = ReadFile(mainFile, files, includes, depth: 0);
        known = new ServerMap(main, [.. files], [.. includes]);
        stamp = Stamp(known);
        return known;
    }

    /// <summary>Hash over names, sizes and times of all files, and over which there are.</summary>
    public string Stamp() => Stamp(Read());

    private string Stamp(ServerMap map)
    {
        using var hash = new Fingerprint();
        foreach (var file in map.Files) hash.AddFile(new FileInfo(file));
        foreach (var found in map.Patterns.SelectMany(Find)) hash.Add(found);
        return hash.End();
    }

    private List<ConfigDirective> ReadFile(string path, SortedSet<string> files, SortedSet<string> includes, int depth)
    {
        files.Add(path);
        if (!File.Exists(path) || depth > Deepest) return [];
        var tokens = ConfigTokens.Read(Encoding.UTF8.GetString(HostFile.Read(path))).GetEnumerator();
        using (tokens)
        {
            return Block(tokens, path, include => Included(include, files, includes, depth));
        }
    }

    private IEnumerable<ConfigDirective> Included(string include, SortedSet<string> files, SortedSet<string> includes, int depth)
    {
        includes.Add(Absolute(include));
        return Find(Absolute(include)).SelectMany(f => ReadFile(f, files, includes, depth + 1));
    }

    private IEnumerable<string> Find(string pattern) =>
        ConfigFiles.Find(pattern).Where(f => !f.StartsWith(ownDirectory + "/", StringComparison.Ordinal));

    private string Absolute(string path) => Path.Combine(Path.GetDirectoryName(mainFile)!, path);

    private List<ConfigDirective> Block(
        IEnumerator<ConfigToken> tokens, string path, Func<string, IEnumerable<ConfigDirective>> included)
    {
        var result = new List<ConfigDirective>();
        var words = new List<ConfigToken>();
        while (tokens.MoveNext() && tokens.Current is not { IsMark: true, Text: "}" })
        {
            if (!tokens.Current.IsMark)
            {
                words.Add(tokens.Current);
                continue;
            }

            var block = tokens.Current.Text == "{" ? Block(tokens, path, included) : null;
            if (words.Count > 0) result.AddRange(Directives(words, block, path, included));
            words.Clear();
        }

        return result;
    }

    private IEnumerable<ConfigDirective> Directives(
        List<ConfigToken> words, List<ConfigDirective>? block, string path, Func<string, IEnumerable<ConfigDirective>> included)
    {
        var directive = new ConfigDirective(words[0].Text, [.. words.Skip(1).Select(w => w.Text)], $"{path}:{words[0].Line}")
        {
            Block = block,
        };
        if (directive.Name != "include" || directive.First.Length == 0) return [directive];
        return [directive with { Arguments = [Absolute(directive.First)] }, .. included(directive.First)];
    }
}
