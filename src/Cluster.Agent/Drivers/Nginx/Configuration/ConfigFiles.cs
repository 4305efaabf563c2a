using System.Text;
using System.Text.RegularExpressions;

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
        return Regex.IsMatch(name, Expression(pattern), RegexOptions.CultureInvariant);
    }

    private static string Expression(string pattern)
    {
        var expression = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            var end = pattern[i] == '[' ? pattern.IndexOf(']', Math.Min(i + 2, pattern.Length)) : -1;
            if (end > 0)
            {
                var set = pattern[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal);
                expression.Append('[').Append(set.StartsWith('!') ? "^" + set[1..] : set).Append(']');
                i = end;
            }
            else
            {
                expression.Append(pattern[i] switch { '*' => ".*", '?' => ".", var c => Regex.Escape(c.ToString()) });
            }
        }

        return expression.Append("\\z").ToString();
    }
}
