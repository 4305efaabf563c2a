using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Reads the right sides of tables of patterns: regexp_table(5), pcre_table(5), cidr_table(5).</summary>
internal static class PatternTable
{
    private static readonly string[] Blocks = ["if", "endif"];

    /// <summary>The right sides of a table.</summary>
    /// <param name="type">cidr, or one with patterns between delimiters.</param>
    /// <param name="text">The table.</param>
    public static IEnumerable<string> Values(string type, string text) =>
        LogicalLines.Parse(text).Where(l => l.IsEntry).Select(l => ValueOf(type, l.Joined)).OfType<string>();

    /// <summary>The right side of a rule; null = it has none, as the begin and the end of a block.</summary>
    /// <param name="type">cidr, or one with patterns between delimiters.</param>
    /// <param name="rule">The rule on one line.</param>
    public static string? ValueOf(string type, string rule)
    {
        var text = rule.Trim();
        var letters = text.TakeWhile(char.IsAsciiLetterOrDigit).Count();
        if (Blocks.Contains(text[..letters].ToLowerInvariant())) return null;
        var end = type == "cidr" ? EndOfWord(text, 0) : EndOfPattern(text, 0);
        return end is { } at && at < text.Length ? text[at..].Trim() : null;
    }

    // A negated pattern may follow on the first: /one/!/other/flags.
    private static int? EndOfPattern(string text, int start)
    {
        while (start < text.Length && (text[start] == '!' || char.IsWhiteSpace(text[start]))) start++;
        if (start >= text.Length) return null;
        var close = start + 1;
        while (close < text.Length && text[close] != text[start]) close += text[close] == '\\' ? 2 : 1;
        if (close >= text.Length) return null;
        var end = EndOfWord(text, close + 1);
        var other = text.IndexOf('!', close + 1, end - close - 1);
        return other < 0 ? end : EndOfPattern(text, other);
    }

    private static int EndOfWord(string text, int start)
    {
        while (start < text.Length && !char.IsWhiteSpace(text[start])) start++;
        return start;
    }
}
