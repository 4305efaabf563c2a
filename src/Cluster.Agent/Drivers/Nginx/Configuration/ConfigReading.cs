using System.Text;
using Cluster.Agent.Drivers.Generations;

namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>
/// One reading of a configuration with what it includes. It is the administrator's, but a slip in it must not cost the agent its memory or
/// its life: what nginx itself would not take, or what no host has, ends the reading with an <see cref="IOException"/> that says where.
/// </summary>
/// <param name="mainFile">The main file.</param>
/// <param name="ownDirectory">The agent's directory, which is not read.</param>
internal sealed class ConfigReading(string mainFile, string ownDirectory)
{
    private const int DeepestInclude = 32;
    private const int DeepestBlock = 100;
    private const int MostFiles = 10_000;
    private const long MostBytes = HostFile.Longest;

    private readonly SortedSet<string> files = new(StringComparer.Ordinal);
    private readonly SortedSet<string> includes = new(StringComparer.Ordinal);
    private readonly Stack<string> open = new();
    private int blocks;
    private int read;
    private long bytes;

    /// <summary>What it says now.</summary>
    /// <exception cref="IOException">A file that is there cannot be read, or the configuration has no end.</exception>
    public ServerMap Read()
    {
        var main = ReadFile(mainFile);
        return new ServerMap(main, [.. files], [.. includes]);
    }

    /// <summary>The files that a pattern names, without the agent's.</summary>
    public static IEnumerable<string> Find(string pattern, string ownDirectory) =>
        ConfigFiles.Find(pattern).Where(f => !f.StartsWith(ownDirectory + "/", StringComparison.Ordinal));

    private List<ConfigDirective> ReadFile(string path)
    {
        if (open.Contains(path)) throw new IOException($"{path} includes itself, with which nginx does not start. Take the include out.");
        files.Add(path);
        if (!File.Exists(path) || open.Count > DeepestInclude) return [];
        using var tokens = ConfigTokens.Read(Encoding.UTF8.GetString(Content(path))).GetEnumerator();
        open.Push(path);
        var directives = Block(tokens, path);
        open.Pop();
        return directives;
    }

    private byte[] Content(string path)
    {
        if (++read > MostFiles)
            throw new IOException($"{mainFile} includes more than {MostFiles} files, the last one {path}. Include each one once.");
        var content = HostFile.Read(path);
        bytes += content.Length;
        return bytes <= MostBytes
            ? content
            : throw new IOException($"{mainFile} includes more than {MostBytes} bytes, the last ones of {path}. Include each file once.");
    }

    private IEnumerable<ConfigDirective> Included(string include)
    {
        includes.Add(include);
        return Find(include, ownDirectory).SelectMany(ReadFile);
    }

    private string Absolute(string path) => Path.Combine(Path.GetDirectoryName(mainFile)!, path);

    private List<ConfigDirective> Block(IEnumerator<ConfigToken> tokens, string path)
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

            var block = tokens.Current.Text == "{" ? Inner(tokens, path) : null;
            if (words.Count > 0) result.AddRange(Directives(words, block, path));
            words.Clear();
        }

        return result;
    }

    private List<ConfigDirective> Inner(IEnumerator<ConfigToken> tokens, string path)
    {
        if (++blocks > DeepestBlock)
            throw new IOException($"{path}:{tokens.Current.Line} opens more than {DeepestBlock} blocks in each other. Close them.");
        var block = Block(tokens, path);
        blocks--;
        return block;
    }

    private IEnumerable<ConfigDirective> Directives(List<ConfigToken> words, List<ConfigDirective>? block, string path)
    {
        var directive = new ConfigDirective(words[0].Text, [.. words.Skip(1).Select(w => w.Text)], $"{path}:{words[0].Line}")
        {
            Block = block,
        };
        if (directive.Name != "include" || directive.First.Length == 0) return [directive];
        return [directive with { Arguments = [Absolute(directive.First)] }, .. Included(Absolute(directive.First))];
    }
}
