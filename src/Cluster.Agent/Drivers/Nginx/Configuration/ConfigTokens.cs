using System.Text;

namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>A word of an nginx configuration, or one of <c>{ } ;</c>.</summary>
/// <param name="Text">The word without its quotes.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="IsMark">Whether it is one of the three.</param>
internal readonly record struct ConfigToken(string Text, int Line, bool IsMark);

/// <summary>Splits a configuration file into words, as nginx does: quotes, escapes and comments.</summary>
internal static class ConfigTokens
{
    public static IEnumerable<ConfigToken> Read(string text)
    {
        var line = 1;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c == '\n') line++;
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '#')
            {
                while (i < text.Length && text[i] != '\n') i++;
            }
            else if (c is '{' or '}' or ';')
            {
                yield return new ConfigToken(c.ToString(), line, IsMark: true);
                i++;
            }
            else
            {
                var (word, end) = c is '"' or '\'' ? Quoted(text, i) : Bare(text, i);
                yield return new ConfigToken(word, line, IsMark: false);
                line += text.AsSpan(i, end - i).Count('\n');
                i = end;
            }
        }
    }

    private static (string Word, int End) Quoted(string text, int start)
    {
        var word = new StringBuilder();
        var i = start + 1;
        for (; i < text.Length && text[i] != text[start]; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) i++;
            word.Append(text[i]);
        }

        return (word.ToString(), Math.Min(i + 1, text.Length));
    }

    // A brace after a dollar sign belongs to the word: ${name}.
    private static (string Word, int End) Bare(string text, int start)
    {
        var word = new StringBuilder();
        var i = start;
        for (; i < text.Length && !EndsWord(text, i); i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length) word.Append(text[i++]);
            word.Append(text[i]);
        }

        return (word.ToString(), i);
    }

    private static bool EndsWord(string text, int i) =>
        char.IsWhiteSpace(text[i]) || text[i] == ';' || (text[i] == '{' && (i == 0 || text[i - 1] != '$'));
}
