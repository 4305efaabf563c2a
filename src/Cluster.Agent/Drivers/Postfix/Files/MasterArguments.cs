using Cluster.Agent.Drivers.Postfix.Routes;

namespace Cluster.Agent.Drivers.Postfix.Files;

/// <summary>
/// The arguments of an entry of master.cf as its daemon sees them: master(8) takes the braces from around each, and getopt(3) reads them
/// up to the first that is no option. A program that reads master.cf without doing the same, as postconf does, sees other options.
/// </summary>
internal sealed class MasterArguments
{
    // Of every daemon of Postfix: flags that take no value, and those that take one, in the same word or the next.
    private const string Flags = "cdDlSuvVz";
    private const string WithValue = "imnorst";

    private static readonly char[] Blanks = [' ', '\t', '\n', '\v', '\f', '\r'];
    private readonly List<(string Name, string Value)> options = [];
    private readonly List<string> words;
    private int next;

    private MasterArguments(List<string> words) => this.words = words;

    /// <summary>Parameters with their values (<c>-o</c>), in order; the last one counts.</summary>
    public IReadOnlyList<(string Name, string Value)> Options => options;

    /// <summary>The first word that is no option of a daemon, behind which none is seen; null = there is none.</summary>
    public string? Unclear { get; private set; }

    /// <summary>Whether everything stands as it usually does, so that every reader of the file sees the same.</summary>
    public bool IsPlain { get; private set; } = true;

    /// <summary>Reads them.</summary>
    /// <param name="arguments">The words after the command, as they stand in the file.</param>
    public static MasterArguments Read(IEnumerable<string> arguments)
    {
        var words = new List<string>();
        string? broken = null;
        var isWrapped = false;
        foreach (var word in arguments)
        {
            if (Unwrapped(word) is not { } unwrapped)
            {
                broken = word;
                break;
            }

            // Braces around the value of an option are usual, around the option they are not.
            isWrapped |= word != unwrapped && (words.Count == 0 || words[^1] != "-o");
            words.Add(unwrapped);
        }

        var result = new MasterArguments(words) { IsPlain = !isWrapped };
        while (result.Unclear is null && result.next < words.Count) result.ReadWord(words[result.next++]);
        result.Unclear ??= broken;
        result.IsPlain &= result.Unclear is null;
        return result;
    }

    private void ReadWord(string word)
    {
        if (word is not ['-', _, ..] || word == "--")
        {
            Unclear = word;
            return;
        }

        var at = 1;
        while (at < word.Length && Flags.Contains(word[at], StringComparison.Ordinal)) at++;
        if (at == word.Length) return;
        IsPlain &= word == "-o";
        var hasValue = WithValue.Contains(word[at], StringComparison.Ordinal);
        if (!hasValue || (at + 1 == word.Length && next == words.Count))
        {
            Unclear = word;
            return;
        }

        var value = at + 1 < word.Length ? word[(at + 1)..] : words[next++];
        if (word[at] == 'o') AddOption(value);
    }

    private void AddOption(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : text[..equals].Trim(Blanks);
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')) Unclear = $"-o {text}";
        else options.Add((name, text[(equals + 1)..].Trim(Blanks)));
    }

    // Null = braces that do not fit, for which master(8) does not start.
    private static string? Unwrapped(string word)
    {
        if (!word.StartsWith('{')) return word;
        var depth = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == '{') depth++;
            if (word[i] == '}' && --depth == 0) return i == word.Length - 1 ? word[1..i].Trim(Blanks) : null;
        }

        return null;
    }
}
