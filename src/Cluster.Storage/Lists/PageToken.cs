using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cluster.Storage.Lists;

/// <summary>The opaque token of a page: a mark of the list, then the keys of the last item of the page before.</summary>
internal static class PageToken
{
    private const char Separator = '\u0001';
    private const int MarkLength = 8;

    public static string Write(string list, IEnumerable<object> keys) =>
        Base64Url.EncodeToString([.. Mark(list), .. Encoding.UTF8.GetBytes(string.Join(Separator, keys.Select(Write)))]);

    /// <summary>Reads the keys; null when it is no token of this list.</summary>
    public static IReadOnlyList<object>? TryRead(string token, string list, IReadOnlyList<KeysetKey> keys)
    {
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(token);
        }
        catch (FormatException)
        {
            return null;
        }

        if (bytes.Length < MarkLength || !bytes.AsSpan(0, MarkLength).SequenceEqual(Mark(list))) return null;
        var parts = Encoding.UTF8.GetString(bytes.AsSpan(MarkLength)).Split(Separator);
        if (parts.Length != keys.Count) return null;
        var values = parts.Zip(keys, (part, key) => Read(part, key.Type)).ToList();
        return values.Contains(null) ? null : values.ConvertAll(v => v!);
    }

    private static byte[] Mark(string list) => SHA256.HashData(Encoding.UTF8.GetBytes(list))[..MarkLength];

    private static string Write(object key) => key switch
    {
        DateTimeOffset at => Instants.ToMicroseconds(at).ToString(CultureInfo.InvariantCulture),
        Enum name => name.ToString(),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => key.ToString() ?? string.Empty,
    };

    private static object? Read(string text, Type type)
    {
        if (type == typeof(string)) return text;
        if (type == typeof(Guid)) return Guid.TryParse(text, out var id) ? id : null;
        if (type == typeof(int)) return int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (!long.TryParse(text, CultureInfo.InvariantCulture, out var large)) return null;
        if (type == typeof(long)) return large;
        return type == typeof(DateTimeOffset) ? Instants.FromMicroseconds(large) : null;
    }
}
