using Cluster.Contracts.Json;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Features.Machines;

/// <summary>Which labels are asked for: <c>key</c>, <c>!key</c>, <c>key=value</c>, <c>key!=value</c>, separated by commas; all must hold.</summary>
/// <param name="Terms">The terms.</param>
internal sealed record LabelSelector(IReadOnlyList<LabelSelector.Term> Terms)
{
    private const int MostTerms = 16;

    /// <summary>One term.</summary>
    /// <param name="Key">The label.</param>
    /// <param name="Value">Its value; null = whatever.</param>
    /// <param name="Negated">Whether it must not be so.</param>
    internal sealed record Term(string Key, string? Value, bool Negated);

    /// <summary>Reads a selector; null or empty selects all.</summary>
    public static Outcome<LabelSelector> Read(string? text)
    {
        if (string.IsNullOrEmpty(text)) return new LabelSelector([]);
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > MostTerms) return CommonFailures.InvalidParameter("labelSelector", $"it has at most {MostTerms} terms.");
        var terms = new List<Term>();
        foreach (var part in parts)
        {
            var term = ReadTerm(part);
            if (!Labels.IsKey(term.Key)) return CommonFailures.InvalidParameter("labelSelector", "write key, !key, key=value or key!=value, separated by commas.");
            terms.Add(term);
        }

        return new LabelSelector(terms);
    }

    /// <summary>Whether labels fit.</summary>
    public bool Fits(IReadOnlyDictionary<string, string> labels) => Terms.All(t =>
        (labels.TryGetValue(t.Key, out var value) && (t.Value is null || t.Value == value)) != t.Negated);

    private static Term ReadTerm(string part)
    {
        if (part.StartsWith('!')) return new Term(part[1..], null, true);
        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (at < 0) return new Term(part, null, false);
        return at > 0 && part[at - 1] == '!' ? new Term(part[..(at - 1)], part[(at + 1)..], true) : new Term(part[..at], part[(at + 1)..], false);
    }
}

/// <summary>Rules of labels.</summary>
internal static class Labels
{
    private const int Most = 64;
    private const int LongestKey = 63;
    private const int LongestValue = 256;

    /// <summary>Whether a text can be the key of a label.</summary>
    public static bool IsKey(string key) => key.Length is > 0 and <= LongestKey && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/');

    /// <summary>What is wrong with labels.</summary>
    public static IEnumerable<FieldError> Check(IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count > Most) yield return new FieldError("/labels", "count", $"A machine has at most {Most} labels.");
        foreach (var (key, value) in labels)
        {
            var pointer = $"/labels/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            if (!IsKey(key)) yield return new FieldError(pointer, "label-key", $"A label has 1 to {LongestKey} letters, digits, '.', '_', '-' and '/'.");
            if (value.Length > LongestValue || value.Any(char.IsControl)) yield return new FieldError(pointer, "label-value", $"The value of a label has at most {LongestValue} characters and no control characters.");
        }
    }
}
