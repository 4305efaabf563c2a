namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>main.cf, edited in place: what is not set here stays as it is, byte for byte.</summary>
internal sealed class MainCf
{
    /// <summary>Heads the parameters that were not there before.</summary>
    public const string Heading = "# The following lines belong to the Cluster agent, which rewrites them.\n";

    private readonly IReadOnlyList<LogicalLine> lines;

    private MainCf(IReadOnlyList<LogicalLine> lines) => this.lines = lines;

    /// <summary>Names of all parameters that are set, in order of first appearance.</summary>
    public IEnumerable<string> Names => lines.Where(l => l.IsEntry).Select(NameOf).Distinct(StringComparer.Ordinal);

    public static MainCf Parse(string text) => new(LogicalLines.Parse(text));

    /// <summary>The value of a parameter, as Postfix takes it (the last one counts); null when it is not set.</summary>
    public string? Find(string name) => LastIndex(name) is >= 0 and var at ? ValueOf(lines[at]) : null;

    /// <summary>The value in an entry that <see cref="FindRaw"/> gave.</summary>
    public static string ValueOfRaw(string raw) => ValueOf(new LogicalLine(raw, IsEntry: true));

    /// <summary>The entry of a parameter with all of its lines; null when it is not set.</summary>
    public string? FindRaw(string name) => LastIndex(name) is >= 0 and var at ? lines[at].Raw : null;

    /// <summary>Sets a parameter where it stands, or at the end.</summary>
    public MainCf With(string name, string value)
    {
        var at = LastIndex(name);
        var raw = value.Length == 0 ? $"{name} =\n" : $"{name} = {value}\n";
        if (at >= 0) return ValueOf(lines[at]) == value ? this : Replace(at, raw);
        var result = lines.ToList();
        if (result.Count > 0) result[^1] = result[^1] with { Raw = LogicalLines.Ended(result[^1].Raw) };
        if (result.TrueForAll(l => l.Raw != Heading)) result.Add(new LogicalLine(Heading, IsEntry: false));
        result.Add(new LogicalLine(raw, IsEntry: true));
        return new MainCf(result);
    }

    /// <summary>Restores an entry as it stood, where the parameter stands now, or at the end.</summary>
    public MainCf WithRaw(string name, string raw)
    {
        var at = LastIndex(name);
        if (at >= 0) return lines[at].Raw == raw ? this : Replace(at, raw);
        var result = lines.ToList();
        if (result.Count > 0) result[^1] = result[^1] with { Raw = LogicalLines.Ended(result[^1].Raw) };
        result.Add(new LogicalLine(raw, IsEntry: true));
        return new MainCf(result);
    }

    /// <summary>Removes the entry that counts for a parameter.</summary>
    public MainCf Without(string name)
    {
        var at = LastIndex(name);
        if (at < 0) return this;
        var result = lines.ToList();
        result.RemoveAt(at);
        return new MainCf(result);
    }

    /// <summary>Removes the heading when nothing stands under it any more.</summary>
    public MainCf Tidied()
    {
        var at = lines.ToList().FindLastIndex(l => l.Raw == Heading);
        if (at < 0 || lines.Skip(at + 1).Any(l => l.IsEntry)) return this;
        return new MainCf([.. lines.Where((_, i) => i != at)]);
    }

    /// <summary>The text, to be written with <see cref="LogicalLines.Bytes"/>.</summary>
    public override string ToString() => string.Concat(lines.Select(l => l.Raw));

    private MainCf Replace(int at, string raw)
    {
        var result = lines.ToList();
        // The last line of a file may lack its line end; what follows must not be glued to it.
        result[at] = new LogicalLine(at < result.Count - 1 ? LogicalLines.Ended(raw) : raw, IsEntry: true);
        return new MainCf(result);
    }

    private int LastIndex(string name)
    {
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            if (lines[i].IsEntry && NameOf(lines[i]) == name) return i;
        }

        return -1;
    }

    private static string NameOf(LogicalLine line)
    {
        var joined = line.Joined;
        var equals = joined.IndexOf('=', StringComparison.Ordinal);
        return (equals < 0 ? joined : joined[..equals]).Trim();
    }

    private static string ValueOf(LogicalLine line)
    {
        var joined = line.Joined;
        var equals = joined.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? "" : joined[(equals + 1)..].Trim();
    }
}
