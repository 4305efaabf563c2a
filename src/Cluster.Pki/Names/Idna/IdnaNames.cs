using System.Globalization;
using System.Text;

namespace Cluster.Pki.Names.Idna;

/// <summary>Turns U-labels into A-labels: mapped by UTS #46 (non-transitional), in form C, allowed by IDNA 2008.</summary>
internal static class IdnaNames
{
    private static readonly IdnMapping Punycode = new() { AllowUnassigned = true };

    /// <summary>Null when the name is none.</summary>
    public static string? ToAscii(string name)
    {
        if (!IsWellFormed(name)) return null;
        var labels = CanonicalForm.Compose(Map(name)).Split('.');
        var bidi = labels.Any(IdnaLabelRules.IsRightToLeft);
        for (var i = 0; i < labels.Length; i++)
        {
            if (Encode(labels[i], bidi) is not { } encoded) return null;
            labels[i] = encoded;
        }

        return string.Join('.', labels);
    }

    private static string? Encode(string label, bool bidi)
    {
        // A-labels and plain labels are judged by the rules of host names.
        if (Ascii.IsValid(label)) return label;
        if (!IdnaLabelRules.Allow(label, bidi)) return null;
        try
        {
            return Punycode.GetAscii(label);
        }
        catch (ArgumentException)
        {
            // Too long for a label.
            return null;
        }
    }

    private static string Map(string name)
    {
        var mapped = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.IsAscii) mapped.Append(char.ToLowerInvariant((char)rune.Value));
            else if (IdnaTables.Instance.TryMap(rune, out var text)) mapped.Append(text);
            else mapped.Append(rune);
        }

        return mapped.ToString();
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
