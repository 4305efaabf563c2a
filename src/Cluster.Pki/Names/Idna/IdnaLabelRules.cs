using System.Text;

namespace Cluster.Pki.Names.Idna;

/// <summary>Whether a U-label is one of IDNA 2008 (RFC 5891, 4.2; RFC 5892; RFC 5893).</summary>
internal static class IdnaLabelRules
{
    private const int Virama = 9;
    private static IdnaTables Tables => IdnaTables.Instance;

    /// <summary>Checks a label in form C.</summary>
    /// <param name="label">The label.</param>
    /// <param name="inBidiName">Whether some label of the name runs from right to left.</param>
    public static bool Allow(string label, bool inBidiName)
    {
        int[] points = [.. label.EnumerateRunes().Select(r => r.Value)];
        if (points.Length == 0 || points[0] == '-' || points[^1] == '-') return false;
        // The third and fourth hyphen are reserved for A-labels.
        if (points.Length > 3 && points[2] == '-' && points[3] == '-') return false;
        if (Rune.GetUnicodeCategory(new Rune(points[0])) is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark
            or System.Globalization.UnicodeCategory.EnclosingMark)
            return false;
        for (var i = 0; i < points.Length; i++)
        {
            var status = Tables.Status(points[i]);
            if (status == IdnaStatus.Disallowed || (status == IdnaStatus.Contextual && !InContext(points, i))) return false;
        }

        return !inBidiName || Runs(points);
    }

    /// <summary>Whether a label holds a character that runs from right to left.</summary>
    public static bool IsRightToLeft(string label) =>
        label.EnumerateRunes().Any(r => Tables.Bidi(r.Value) is BidiClass.R or BidiClass.AL or BidiClass.AN);

    /// <summary>Contextual rules of RFC 5892, appendix A.</summary>
    private static bool InContext(int[] points, int at) => points[at] switch
    {
        0x200C => FollowsVirama(points, at) || JoinsAround(points, at),
        0x200D => FollowsVirama(points, at),
        0xB7 => at > 0 && at + 1 < points.Length && points[at - 1] == 'l' && points[at + 1] == 'l',
        0x375 => at + 1 < points.Length && points[at + 1] is (>= 0x370 and <= 0x3FF) or (>= 0x1F00 and <= 0x1FFF),
        0x5F3 or 0x5F4 => at > 0 && points[at - 1] is >= 0x591 and <= 0x5F4,
        0x30FB =>
            points.Any(
                p => p is (>= 0x3040
                    and <= 0x30FA)
                    or (>= 0x30FC
                    and <= 0x30FF)
                    or (>= 0x31F0
                    and <= 0x31FF)
                    or (>= 0x3400
                    and <= 0x9FFF)
                    or 0x3005
                    or 0x3007
                    or (>= 0x20000
                    and <= 0x3134F)),
        >= 0x660 and <= 0x669 => !points.Any(p => p is >= 0x6F0 and <= 0x6F9),
        >= 0x6F0 and <= 0x6F9 => !points.Any(p => p is >= 0x660 and <= 0x669),
        _ => false,
    };

    private static bool FollowsVirama(int[] points, int at) => at > 0 && Tables.CombiningClass(points[at - 1]) == Virama;

    private static bool JoinsAround(int[] points, int at)
    {
        var before = at - 1;
        while (before >= 0 && Tables.Joining(points[before]) == JoiningType.Transparent) before--;
        var after = at + 1;
        while (after < points.Length && Tables.Joining(points[after]) == JoiningType.Transparent) after++;
        return before >= 0 && after < points.Length
            && Tables.Joining(points[before]) is JoiningType.Left or JoiningType.Dual
            && Tables.Joining(points[after]) is JoiningType.Right or JoiningType.Dual;
    }

    /// <summary>The Bidi rule (RFC 5893, 2).</summary>
    private static bool Runs(int[] points)
    {
        var classes = points.Select(Tables.Bidi).ToList();
        var end = classes.FindLast(c => c != BidiClass.NSM);
        if (classes[0] is BidiClass.R or BidiClass.AL)
        {
            return classes.TrueForAll(
                c => c is BidiClass.R
                    or BidiClass.AL
                    or BidiClass.AN
                    or BidiClass.EN
                    or BidiClass.ES
                    or BidiClass.CS
                    or BidiClass.ET
                    or BidiClass.ON
                    or BidiClass.BN
                    or BidiClass.NSM)
                && end is BidiClass.R or BidiClass.AL or BidiClass.EN or BidiClass.AN
                && !(classes.Contains(BidiClass.EN) && classes.Contains(BidiClass.AN));
        }

        return classes[0] == BidiClass.L
            && classes.TrueForAll(
                c => c is BidiClass.L
                    or BidiClass.EN
                    or BidiClass.ES
                    or BidiClass.CS
                    or BidiClass.ET
                    or BidiClass.ON
                    or BidiClass.BN
                    or BidiClass.NSM)
            && end is BidiClass.L or BidiClass.EN;
    }
}
