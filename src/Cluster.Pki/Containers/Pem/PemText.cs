using System.Buffers.Text;
using System.Text;

namespace Cluster.Pki.Containers.Pem;

/// <summary>Turns bytes into text for the PEM scanner, whatever editor or mail client they went through.</summary>
internal static class PemText
{
    /// <summary>Null when the bytes are no text.</summary>
    public static string? TryDecode(ReadOnlySpan<byte> data)
    {
        if (Characters(data) is not { } text) return null;
        // Variables and JSON put a backslash and a letter for each line end; PEM itself has no backslash.
        var escaped = text.Contains("-----\\n", StringComparison.Ordinal) || text.Contains("-----\\r", StringComparison.Ordinal);
        return escaped ? text.Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal) : text;
    }

    private static string? Characters(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.Unicode.GetString(data[2..]);
        if (data.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Encoding.BigEndianUnicode.GetString(data[2..]);
        if (data.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) data = data[3..];
        // Latin-1 keeps every byte, so text headers in any encoding do no harm.
        return data.Contains((byte)0) && data.IndexOf("-----BEGIN "u8) < 0 ? null : Encoding.Latin1.GetString(data);
    }

    /// <summary>A bounded copy that may stand in messages.</summary>
    public static string Shown(string text) => new([.. text.Take(64).Select(c => c is < ' ' or > '~' ? '?' : c)]);

    /// <summary>Decodes base64 without any PEM line, as web forms give it; null when it is none.</summary>
    public static byte[]? TryBareBase64(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.Length < 64 || !trimmed.StartsWith("MI")) return null;
        return Base64.IsValid(trimmed) ? Convert.FromBase64String(trimmed.ToString()) : null;
    }
}
