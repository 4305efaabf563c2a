using System.Buffers.Text;

namespace Cluster.Pki.Containers.Pem;

/// <summary>Finds PEM blocks (RFC 7468, laxer): any line ends, text around them, headers, odd line lengths.</summary>
internal static class PemScanner
{
    private const string Begin = "-----BEGIN ";
    private const string Dashes = "-----";
    private const int LongestLabel = 64;

    public static bool HasBlock(string text) => text.Contains(Begin, StringComparison.Ordinal);

    public static IEnumerable<PemBlock> Scan(string text)
    {
        var position = 0;
        while (true)
        {
            var begin = text.IndexOf(Begin, position, StringComparison.Ordinal);
            if (begin < 0) yield break;
            var labelStart = begin + Begin.Length;
            var labelEnd = text.IndexOf(
                Dashes, labelStart, Math.Min(text.Length - labelStart, LongestLabel + Dashes.Length), StringComparison.Ordinal);
            if (labelEnd < 0)
            {
                yield return new PemBlock("(unfinished)", new Dictionary<string, string>(), null);
                yield break;
            }

            var label = text[labelStart..labelEnd].Trim();
            var bodyStart = labelEnd + Dashes.Length;
            // The END is looked for only before the next BEGIN: many blocks without one would be searched to the end of the text each.
            var next = text.IndexOf(Begin, bodyStart, StringComparison.Ordinal);
            var end =
                text.IndexOf($"-----END {label}-----", bodyStart, (next < 0 ? text.Length : next) - bodyStart, StringComparison.Ordinal);
            if (end < 0)
            {
                yield return new PemBlock(PemText.Shown(label), new Dictionary<string, string>(), null);
                if (next < 0) yield break;
                position = next;
                continue;
            }

            yield return Decode(PemText.Shown(label), text[bodyStart..end]);
            position = end + Dashes.Length;
        }
    }

    private static PemBlock Decode(string label, string body)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var base64 = body.AsSpan();
        // Headers end with an empty line; a continued header line begins with a space.
        while (base64.TrimStart() is var trimmed
            && trimmed.IndexOfAny('\r', '\n') is var lineEnd and > 0
            && trimmed[..lineEnd].IndexOf(':') is var colon and > 0)
        {
            headers[trimmed[..colon].Trim().ToString()] = trimmed[(colon + 1)..lineEnd].Trim().ToString();
            base64 = trimmed[lineEnd..];
        }

        return new PemBlock(
            label, headers, Base64.IsValid(base64, out var length) && length > 0 ? Convert.FromBase64String(base64.ToString()) : null);
    }
}
