namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>Lists as Postfix writes them.</summary>
internal static class Words
{
    private static readonly char[] Between = [',', ' ', '\t', '\r', '\n'];

    /// <summary>The members of a list; what stands in braces is one, with them.</summary>
    public static IReadOnlyList<string> Of(string? list) => Of(list, Between);

    /// <summary>The same of a text whose words other characters part.</summary>
    /// <param name="list">The text.</param>
    /// <param name="between">What stands between its words.</param>
    public static IReadOnlyList<string> Of(string? list, ReadOnlySpan<char> between)
    {
        var words = new List<string>();
        var text = list ?? "";
        var (start, depth) = (-1, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            var ends = i == text.Length || (depth == 0 && between.Contains(text[i]));
            if (ends && start >= 0)
            {
                words.Add(text[start..i]);
                start = -1;
            }

            if (ends) continue;
            if (start < 0) start = i;
            if (text[i] == '{') depth++;
            if (text[i] == '}' && depth > 0) depth--;
        }

        return words;
    }
}
