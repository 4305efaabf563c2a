using System.Text;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>
/// A piece of main.cf or master.cf exactly as it stands: an entry with its continuation lines (and the comments between them),
/// or one line that means nothing (comment, empty). The pieces of a file put together are the file, byte for byte.
/// </summary>
/// <param name="Raw">The text with its line ends.</param>
/// <param name="IsEntry">Whether it is an entry.</param>
internal sealed record LogicalLine(string Raw, bool IsEntry)
{
    /// <summary>The entry as Postfix joins it: without comments and line ends; empty for what is no entry.</summary>
    public string Joined => !IsEntry
        ? ""
        : string.Concat(LogicalLines.Physical(Raw).Where(l => !LogicalLines.IsTrivia(l)).Select(l => l.TrimEnd('\n', '\r')));
}

/// <summary>Cuts files of Postfix into logical lines (postconf(5)): what begins with white space continues the entry before it.</summary>
internal static class LogicalLines
{
    /// <summary>Keeps bytes as they are: each byte is one character.</summary>
    public static Encoding Bytes => Encoding.Latin1;

    /// <summary>Cuts a text.</summary>
    public static IReadOnlyList<LogicalLine> Parse(string text)
    {
        var result = new List<LogicalLine>();
        var pending = new List<string>();
        StringBuilder? entry = null;
        foreach (var line in Physical(text))
        {
            if (IsTrivia(line))
            {
                pending.Add(line);
            }
            else if (line[0] is ' ' or '\t' && entry is not null)
            {
                entry.AppendJoin("", pending).Append(line);
                pending.Clear();
            }
            else
            {
                Flush(result, entry, pending);
                entry = line[0] is ' ' or '\t' ? null : new StringBuilder(line);
                if (entry is null) result.Add(new LogicalLine(line, IsEntry: false));
            }
        }

        Flush(result, entry, pending);
        return result;
    }

    /// <summary>The lines of a text with their line ends.</summary>
    public static IEnumerable<string> Physical(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            var next = end < 0 ? text.Length : end + 1;
            yield return text[start..next];
            start = next;
        }
    }

    /// <summary>Whether a line is empty or a comment.</summary>
    public static bool IsTrivia(string line)
    {
        // Only what Postfix takes for blank: a character of another alphabet begins a word.
        var text = line.AsSpan().Trim(" \t\r\n\v\f");
        return text.Length == 0 || text[0] == '#';
    }

    /// <summary>A text that ends in a line end, so that a line can follow.</summary>
    public static string Ended(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";

    private static void Flush(List<LogicalLine> result, StringBuilder? entry, List<string> pending)
    {
        if (entry is not null) result.Add(new LogicalLine(entry.ToString(), IsEntry: true));
        result.AddRange(pending.Select(l => new LogicalLine(l, IsEntry: false)));
        pending.Clear();
    }
}
