using Cluster.Pki.Containers.Pem;

namespace Cluster.Pki.Containers;

/// <summary>Says what data looks like in which nothing was found, and what to do with it.</summary>
internal static class UnknownFiles
{
    private const string Unpack = "Unpack it, and send the file with the certificate that is inside.";
    private const string Text = "Copy the certificate from there as text, from its BEGIN to its END line, and send that.";

    /// <summary>The refusal of data that no reader knows.</summary>
    public static PkiError Refuse(ReadOnlySpan<byte> data)
    {
        var start = data.TrimStart(" \t\r\n"u8);
        if (start.StartsWith("<!DOCTYPE"u8) || start.StartsWith("<html"u8) || start.StartsWith("<HTML"u8))
            return Refusals.Unknown("The data looks like a web page");
        if (start.StartsWith("PK\u0003\u0004"u8)) return Zip(start);
        if (data.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return Refusals.Unknown("The data looks like a gzip file, which is to be unpacked first", Unpack);
        if (data.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF]))
            return Refusals.Unknown("The data looks like a 7z archive, which is to be unpacked first", Unpack);
        if (data.StartsWith("Rar!"u8)) return Refusals.Unknown("The data looks like a RAR archive, which is to be unpacked first", Unpack);
        if (data.StartsWith("%PDF-"u8)) return Refusals.Unknown("The data looks like a PDF document", Text);
        if (data.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]) || data.StartsWith("{\\rtf"u8))
            return Refusals.Unknown("The data looks like a document of a word processor", Text);
        if (PemText.TryDecode(data) is { } text && PemDashes.AreReplaced(text)) return PemDashes.Refusal;
        return data.ContainsAnyExceptInRange((byte)0x09, (byte)0x7E)
            ? Refusals.Unknown("The data is binary in an unknown format")
            : Refusals.Unknown("The data is text without a PEM block");
    }

    private static PkiError Zip(ReadOnlySpan<byte> data)
    {
        if (data.IndexOf("[Content_Types].xml"u8) >= 0) return Refusals.Unknown("The data looks like a document of a word processor", Text);
        return IsProtected(data)
            ? Refusals.Unknown(
                "The data looks like a ZIP archive that is protected by a password, which is to be unpacked first",
                "Unpack it with its password, and send the file that is inside; the password of the archive is not that of the key.")
            : Refusals.Unknown("The data looks like a ZIP archive, which is to be unpacked first", Unpack);
    }

    // General purpose flag, bit 0, of the local headers and of the central directory (APPNOTE.TXT, 4.4.4).
    private static bool IsProtected(ReadOnlySpan<byte> data) =>
        HasFlag(data, "PK\u0003\u0004"u8, 6) || HasFlag(data, "PK\u0001\u0002"u8, 8);

    private static bool HasFlag(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, int offset)
    {
        for (var at = data.IndexOf(signature); at >= 0; at = data.IndexOf(signature))
        {
            data = data[at..];
            if (data.Length > offset && (data[offset] & 1) != 0) return true;
            data = data[signature.Length..];
        }

        return false;
    }
}
