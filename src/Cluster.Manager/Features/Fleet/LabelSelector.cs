using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Hosting.Problems;

namespace Cluster.Manager.Features.Fleet;

/// <summary>
/// Which labels are asked for: <c>key</c>, <c>!key</c>, <c>key=value</c>, <c>key!=value</c>, separated by commas; all must hold.
/// </summary>
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
            if (!LabelRules.IsKey(term.Key))
                return CommonFailures.InvalidParameter("labelSelector", "write key, !key, key=value or key!=value, separated by commas.");
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
        return at > 0 && part[at - 1] == '!'
            ? new Term(part[..(at - 1)], part[(at + 1)..], true)
            : new Term(part[..at], part[(at + 1)..], false);
    }
}
