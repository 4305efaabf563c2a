using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cluster.Contracts.Json;

/// <summary>The canonical form of JSON (RFC 8785): members ordered by UTF-16 code units, no white space, shortest numbers.</summary>
public static class CanonicalJson
{

    /// <summary>Returns the canonical UTF-8 bytes of a parsed element.</summary>
    public static byte[] ToBytes(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, element);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Returns the canonical text of a parsed element.</summary>
    public static string ToText(JsonElement element) => Encoding.UTF8.GetString(ToBytes(element));

    /// <summary>Returns the canonical UTF-8 bytes of JSON text in any form.</summary>
    /// <exception cref="JsonException">The input is not JSON.</exception>
    public static byte[] ToBytes(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
        return ToBytes(document.RootElement);
    }

    /// <summary>Returns the lower-case hex SHA-256 of bytes.</summary>
    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Returns the lower-case hex SHA-256 of a text in UTF-8.</summary>
    public static string Sha256(string text) => Sha256(Encoding.UTF8.GetBytes(text));

    private static void Write(ArrayBufferWriter<byte> buffer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(buffer, element); break;
            case JsonValueKind.Array: WriteArray(buffer, element); break;
            case JsonValueKind.String: WriteString(buffer, element.GetString()!); break;
            case JsonValueKind.Number: WriteRaw(buffer, FormatNumber(element)); break;
            case JsonValueKind.True: WriteRaw(buffer, "true"); break;
            case JsonValueKind.False: WriteRaw(buffer, "false"); break;
            default: WriteRaw(buffer, "null"); break;
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> buffer, JsonElement element)
    {
        WriteRaw(buffer, "{");
        var first = true;
        foreach (var property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (!first) WriteRaw(buffer, ",");
            first = false;
            WriteString(buffer, property.Name);
            WriteRaw(buffer, ":");
            Write(buffer, property.Value);
        }

        WriteRaw(buffer, "}");
    }

    private static void WriteArray(ArrayBufferWriter<byte> buffer, JsonElement element)
    {
        WriteRaw(buffer, "[");
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first) WriteRaw(buffer, ",");
            first = false;
            Write(buffer, item);
        }

        WriteRaw(buffer, "]");
    }

    // RFC 8785 section 3.2.2.2 escapes only what must be escaped; the framework's encoders escape more.
    private static void WriteString(ArrayBufferWriter<byte> buffer, string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                < ' ' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
                _ => null,
            });
            if (c >= ' ' && c is not ('"' or '\\')) text.Append(c);
        }

        WriteRaw(buffer, text.Append('"').ToString());
    }

    private static string FormatNumber(JsonElement element)
    {
        var value = element.GetDouble();
        if (!double.IsFinite(value)) throw new JsonException("A number is out of the range of a double.");
        return EcmaScriptNumber.Format(value);
    }

    private static void WriteRaw(ArrayBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);
}
