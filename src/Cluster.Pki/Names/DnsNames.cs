using System.Globalization;
using System.Text;
using Cluster.Pki.Names.Idna;

namespace Cluster.Pki.Names;

/// <summary>Host and domain names in the form in which they are compared.</summary>
public static class DnsNames
{
    /// <summary>Turns a name into lower-case A-labels (RFC 5890; mapped by UTS #46) without a final dot.</summary>
    /// <param name="name">A-labels or U-labels; underscores are refused.</param>
    /// <param name="normalised">The comparable form, or an empty string.</param>
    /// <returns>False when it is not a host name (RFC 1123).</returns>
    public static bool TryNormalise(string? name, out string normalised)
    {
        normalised = "";
        if (string.IsNullOrWhiteSpace(name) || name.Length > 512) return false;
        // The ideographic full stop ends a name as well.
        var text = name[^1] is '.' or '\u3002' ? name[..^1] : name;
        if (!Ascii.IsValid(text))
        {
            if (IdnaNames.ToAscii(text) is not { } ascii) return false;
            text = ascii;
        }

        text = text.ToLowerInvariant();
        if (text.Length is 0 or > 253 || !text.Split('.').All(IsLabel)) return false;
        normalised = text;
        return true;
    }

    /// <summary>Like <see cref="TryNormalise"/>, and a whole left-most label <c>*</c> before at least two more is allowed.</summary>
    public static bool TryNormalisePattern(string? name, out string normalised)
    {
        if (name is null || !name.StartsWith("*.", StringComparison.Ordinal)) return TryNormalise(name, out normalised);
        if (!TryNormalise(name[2..], out normalised) || !normalised.Contains('.', StringComparison.Ordinal))
        {
            normalised = "";
            return false;
        }

        normalised = "*." + normalised;
        return true;
    }

    /// <summary>
    /// Whether a name ends in a label of digits alone: no top-level domain does (RFC 3696, 2), and software takes it for an IPv4 address.
    /// </summary>
    /// <param name="name">A name that <see cref="TryNormalise"/> gave.</param>
    public static bool EndsInNumber(string name) => name[(name.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit);

    /// <summary>The name in U-labels (RFC 5890), as people write it.</summary>
    /// <param name="name">A name that <see cref="TryNormalise"/> gave.</param>
    /// <returns>Null when it has no A-label, or one that stands for nothing.</returns>
    public static string? ToUnicode(string name)
    {
        try
        {
            return new IdnMapping().GetUnicode(name) is var unicode && unicode != name ? unicode : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63
            && label[0] != '-'
            && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
