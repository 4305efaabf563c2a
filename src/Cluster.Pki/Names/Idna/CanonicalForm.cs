using System.Text;

namespace Cluster.Pki.Names.Idna;

/// <summary>Normalization form C (UAX #15): accents typed apart become part of their letter.</summary>
internal static class CanonicalForm
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = 19 * Vowels * Tails;

    public static string Compose(string text)
    {
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes()) Decompose(rune.Value, points);
        Reorder(points);
        var result = new StringBuilder(text.Length);
        foreach (var point in Join(points)) result.Append(new Rune(point));
        return result.ToString();
    }

    private static void Decompose(int point, List<int> into)
    {
        if (point is >= HangulBase and < HangulBase + Syllables)
        {
            var index = point - HangulBase;
            into.Add(LeadBase + (index / (Vowels * Tails)));
            into.Add(VowelBase + (index / Tails % Vowels));
            if (index % Tails > 0) into.Add(TailBase + (index % Tails));
            return;
        }

        if (!IdnaTables.Instance.TryDecompose(point, out var parts))
        {
            into.Add(point);
            return;
        }

        Decompose(parts.First, into);
        if (parts.Second != 0) Decompose(parts.Second, into);
    }

    /// <summary>Sorts every run of combining characters by class, keeping the order within a class.</summary>
    private static void Reorder(List<int> points)
    {
        var start = 0;
        while (start < points.Count)
        {
            var end = start;
            while (end < points.Count && IdnaTables.Instance.CombiningClass(points[end]) != 0) end++;
            if (end - start > 1)
            {
                var sorted = points.GetRange(start, end - start).OrderBy(IdnaTables.Instance.CombiningClass).ToList();
                for (var i = 0; i < sorted.Count; i++) points[start + i] = sorted[i];
            }

            start = end + 1;
        }
    }

    private static List<int> Join(List<int> points)
    {
        var result = new List<int>(points.Count);
        var (starter, lastClass) = (-1, -1);
        foreach (var point in points)
        {
            var combining = IdnaTables.Instance.CombiningClass(point);
            // Blocked when another mark of the same or a higher class stands between.
            if (starter >= 0 && lastClass < combining && Pair(result[starter], point) is var joined and not 0)
            {
                result[starter] = joined;
                continue;
            }

            result.Add(point);
            lastClass = combining == 0 ? -1 : combining;
            if (combining == 0) starter = result.Count - 1;
        }

        return result;
    }

    private static int Pair(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + 19 && second is >= VowelBase and < VowelBase + Vowels)
            return HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
        if (first is >= HangulBase and < HangulBase + Syllables
            && (first - HangulBase) % Tails == 0
            && second is > TailBase and < TailBase + Tails)
            return first + second - TailBase;
        return IdnaTables.Instance.Compose(first, second);
    }
}
