using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace Cluster.Pki.Certificates;

/// <summary>
/// A distinguished name in the form in which names are compared (RFC 5280, 7.1): the kind of string, case and blanks do not count.
/// Like OpenSSL, only the case of ASCII letters is left out; two names that differ in others are two names.
/// </summary>
internal static class NameForm
{
    /// <summary>Returns the form; equal names have equal ones, and that of a name begins with those of the names above it.</summary>
    /// <param name="name">The encoded name.</param>
    public static string Of(ReadOnlyMemory<byte> name)
    {
        var form = new StringBuilder();
        try
        {
            var parts = new AsnReader(name, AsnEncodingRules.BER).ReadSequence();
            while (parts.HasData)
            {
                var values = new List<string>();
                var set = parts.ReadSetOf(skipSortOrderValidation: true);
                while (set.HasData) values.Add(Value(set.ReadSequence()));
                values.Sort(StringComparer.Ordinal);
                form.AppendJoin('+', values).Append('/');
            }

            return form.ToString();
        }
        catch (AsnContentException)
        {
            // Bytes that are no name are the same only as themselves.
            return Convert.ToHexString(name.Span);
        }
    }

    private static string Value(AsnReader attribute)
    {
        var (type, encoded) = (attribute.ReadObjectIdentifier(), attribute.ReadEncodedValue());
        var text = Text(encoded);
        // With its length before it, a value cannot pass for two.
        return text is null
            ? $"{type}#{Convert.ToHexString(encoded.Span)}"
            : string.Create(CultureInfo.InvariantCulture, $"{type}={text.Length}:{text}");
    }

    private static string? Text(ReadOnlyMemory<byte> encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.BER);
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.Universal) return null;
        try
        {
            return (UniversalTagNumber)tag.TagValue switch
            {
                UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
                    or UniversalTagNumber.VisibleString or UniversalTagNumber.BMPString or UniversalTagNumber.T61String =>
                    Folded(reader.ReadCharacterString((UniversalTagNumber)tag.TagValue)),
                _ => null,
            };
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var blank = c is ' ' or (>= '\t' and <= '\r');
            if (blank && (folded.Length == 0 || folded[^1] == ' ')) continue;
            if (blank) folded.Append(' ');
            else folded.Append(char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c);
        }

        if (folded.Length > 0 && folded[^1] == ' ') folded.Length--;
        return folded.ToString();
    }
}
