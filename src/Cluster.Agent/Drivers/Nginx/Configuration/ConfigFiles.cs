namespace Cluster.Agent.Drivers.Nginx.Configuration;

/// <summary>Finds the files that an <c>include</c> names: one path, or a pattern as glob(7) has it.</summary>
internal static class ConfigFiles
{
    private static readonly char[] Wild = ['*', '?', '['];

    /// <summary>Whether a pattern names a path.</summary>
    public static bool Matches(string pattern, string path)
    {
        var (left, right) = (pattern.Split('/'), path.Split('/'));
        return left.Length == right.Length && left.Zip(right).All(p => Names(p.First, p.Second));
    }

    /// <summary>The files that are there, in the order in which nginx reads them.</summary>
    /// <param name="pattern">Absolute.</param>
    public static IReadOnlyList<string> Find(string pattern)
    {
        if (pattern.IndexOfAny(Wild) < 0) return [pattern];
        var found = new List<string> { "/" };
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            found = part.IndexOfAny(Wild) < 0
                ? [.. found.Select(d => Path.Combine(d, part))]
                : [.. found.Where(Directory.Exists).SelectMany(d => Entries(d, part))];
        }

        return [.. found.Where(File.Exists).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Entries(string directory, string part) =>
        Directory.EnumerateFileSystemEntries(directory).Where(e => Names(part, Path.GetFileName(e)));

    private static bool Names(string pattern, string name)
    {
        if (pattern.IndexOfAny(Wild) < 0) return pattern == name;

        // A leading dot must be named.
        if (name.StartsWith('.') && !pattern.StartsWith('.')) return false;
        return IsMatch(pattern, name);
    }

    // From left to right; when it does not go on, the last star takes one character more.
    private static bool IsMatch(string pattern, string name)
    {
        var (at, star, taken) = (0, -1, 0);
        for (var i = 0; i < name.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, taken) = (at++, i);
            }
            else if (at < pattern.Length && Takes(pattern, at, name[i]) is > 0 and var length)
            {
                (at, i) = (at + length, i + 1);
            }
            else
            {
                if (star < 0) return false;
                (at, i) = (star + 1, ++taken);
            }
        }

        return pattern[at..].All(c => c == '*');
    }

    // How much of the pattern stands for the character; 0 = it stands for another.
    private static int Takes(string pattern, int at, char character)
    {
        if (pattern[at] == '?') return 1;
        var first = IsNegated(pattern, at) ? at + 2 : at + 1;
        var end = pattern[at] == '[' && first < pattern.Length ? pattern.IndexOf(']', first + 1) : -1;
        if (end < 0) return pattern[at] == character ? 1 : 0;
        return Holds(pattern[first..end], character) != IsNegated(pattern, at) ? end + 1 - at : 0;
    }

    private static bool IsNegated(string pattern, int at) => at + 1 < pattern.Length && pattern[at + 1] is '!' or '^';

    // A range from a later to an earlier character holds none.
    private static bool Holds(string set, char character)
    {
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            var last = isRange ? set[i + 2] : set[i];
            if (character >= set[i] && character <= last) return true;
            if (isRange) i += 2;
        }

        return false;
    }
}
