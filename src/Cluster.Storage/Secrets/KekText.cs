using System.Text;

namespace Cluster.Storage.Secrets;

/// <summary>
/// The written form of key-encryption keys: a line of base64 each, the current one first; lines that begin with # are comments.
/// </summary>
public static class KekText
{
    /// <summary>Reads keys.</summary>
    /// <exception cref="FormatException">A line is not the base64 of 32 bytes, or there is none. The message never shows a
    /// line.</exception>
    public static IReadOnlyList<Kek> Read(string text)
    {
        var lines =
            text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#').ToList();
        if (lines.Count == 0) throw new FormatException("There is no key-encryption key in it.");
        return [.. lines.Select(ReadLine)];
    }

    /// <summary>Writes keys, the current one first.</summary>
    public static byte[] Write(IEnumerable<Kek> keys) =>
        Encoding.ASCII.GetBytes(string.Concat(keys.Select(k => $"# {k.Id}\n{Convert.ToBase64String(k.Bytes)}\n")));

    private static Kek ReadLine(string line, int index)
    {
        Span<byte> key = stackalloc byte[Kek.Length + 1];
        if (!Convert.TryFromBase64String(line, key, out var length) || length != Kek.Length)
        {
            throw new FormatException($"Key {index + 1} is not the base64 of {Kek.Length} bytes.");
        }

        return new Kek(key[..length]);
    }
}
