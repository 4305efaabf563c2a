namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// The agent's lines at the end of a file that is somebody else's: libldap and Postfix take the last value of an option. What stood there
/// comes back byte for byte when they are taken out.
/// </summary>
internal static class OwnBlock
{
    private const string Begin = "# >>> Cluster: managed from here";
    private const string End = "# <<< Cluster: to here";

    // What is to be undone besides: a line end that was added above, or the whole file.
    private const string Joined = " (line end added)";
    private const string Made = " (file added)";

    /// <summary>The file with these lines in the place of the agent's; null = there is none any more.</summary>
    /// <param name="text">The file; null = there is none.</param>
    /// <param name="lines">The lines; none = the file as it is without the agent.</param>
    public static string? Put(string? text, IReadOnlyList<string> lines)
    {
        var (theirs, made) = Split(text);
        if (lines.Count == 0) return theirs;
        var (before, mark) = theirs switch
        {
            null => ("", Made),
            "" when made => ("", Made),
            _ when theirs.Length > 0 && theirs[^1] != '\n' => (theirs + "\n", Joined),
            _ => (theirs, made ? Made : ""),
        };
        return before + Begin + mark + "\n" + string.Concat(lines.Select(l => l + "\n")) + End + "\n";
    }

    /// <summary>The file as it is without the agent; null = there is none.</summary>
    public static string? Without(string? text) => Put(text, []);

    /// <summary>The agent's lines in a file, also where somebody edited them; null = there is no block.</summary>
    public static IReadOnlyList<string>? Read(string? text) => Find(text) is { } found
        ? [.. text![found.Inside..found.InsideEnd].Split('\n', StringSplitOptions.RemoveEmptyEntries)]
        : null;

    /// <summary>Whether something stands after the agent's lines.</summary>
    public static bool IsLast(string? text) => Find(text) is { } found && found.After == text!.Length;

    private static (string? Theirs, bool Made) Split(string? text)
    {
        if (text is null || Find(text) is not { } found) return (text, false);
        var mark = text[found.Start..found.Inside];
        var before = text[..found.Start];
        if (mark.Contains(Joined, StringComparison.Ordinal) && before.EndsWith('\n') && found.After == text.Length) before = before[..^1];
        var theirs = before + text[found.After..];
        var made = mark.Contains(Made, StringComparison.Ordinal);
        return (made && theirs.Length == 0 ? null : theirs, made);
    }

    private static Block? Find(string? text)
    {
        if (text is null) return null;
        var start = LineStart(text, Begin, 0);
        if (start < 0) return null;
        var inside = NextLine(text, start);
        var end = LineStart(text, End, inside);

        // Without its end mark, whatever follows may be somebody's: only options of the agent's generation are its own.
        if (end >= 0) return new Block(start, inside, end, NextLine(text, end));
        var last = inside;
        while (last < text.Length && text[last..NextLine(text, last)].Contains("tls_", StringComparison.OrdinalIgnoreCase))
            last = NextLine(text, last);
        return new Block(start, inside, last, last);
    }

    private static int LineStart(string text, string line, int from)
    {
        for (var at = from; at < text.Length; at = NextLine(text, at))
        {
            if (text.AsSpan(at).StartsWith(line, StringComparison.Ordinal)) return at;
        }

        return -1;
    }

    private static int NextLine(string text, int from) => text.IndexOf('\n', from) is var end and >= 0 ? end + 1 : text.Length;

    private readonly record struct Block(int Start, int Inside, int InsideEnd, int After);
}
