using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Files;

namespace Cluster.Agent.State;

/// <summary>State that cannot be read: what, and what to do. Never a reason to change a service.</summary>
internal sealed class DamagedStateException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Small state files with a checksum in front, so that truncated or flipped bytes are noticed, never believed.</summary>
internal static class SealedFile
{
    private const int HeaderLength = 65;

    /// <summary>Writes a value durably; an older one stays until then.</summary>
    /// <exception cref="IOException">The disk is full or the file system refuses; the older one is still there.</exception>
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type, FileOwner? owner = null) =>
        WriteBytes(path, JsonSerializer.SerializeToUtf8Bytes(value, type), owner);

    /// <summary>Writes bytes durably.</summary>
    /// <exception cref="IOException">As above.</exception>
    public static void WriteBytes(string path, ReadOnlySpan<byte> content, FileOwner? owner = null)
    {
        var whole = new byte[HeaderLength + content.Length];
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(content)) + "\n", whole);
        content.CopyTo(whole.AsSpan(HeaderLength));
        AtomicFile.Write(path, whole, AtomicFile.Private, owner);
        CryptographicOperations.ZeroMemory(whole);
    }

    /// <summary>Reads a value; null when there is no file.</summary>
    /// <exception cref="DamagedStateException">There is one, but it cannot be read or is not what was written.</exception>
    public static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        if (ReadBytes(path) is not { } content) return null;
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new DamagedStateException($"{path} is empty.");
        }
        catch (JsonException e)
        {
            throw new DamagedStateException($"{path} was written by another version of the agent: {e.Message}", e);
        }
    }

    /// <summary>Reads bytes; null when there is no file.</summary>
    /// <exception cref="DamagedStateException">As above.</exception>
    public static byte[]? ReadBytes(string path)
    {
        try
        {
            if (!Path.Exists(path))
                return CanLookInto(Path.GetDirectoryName(path)!)
                    ? null
                    : throw new DamagedStateException($"{Path.GetDirectoryName(path)} cannot be read.");
            var whole = File.ReadAllBytes(path);
            var content = whole.AsSpan(Math.Min(HeaderLength, whole.Length));
            if (whole.Length < HeaderLength
                || Encoding.ASCII.GetString(whole, 0, HeaderLength - 1) != Convert.ToHexStringLower(SHA256.HashData(content)))
            {
                throw new DamagedStateException(
                    $"{path} is damaged: its checksum does not fit. Restore it from a backup, or move the state directory away and "
                        + "join anew.");
            }

            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DamagedStateException($"{path} cannot be read: {e.Message}", e);
        }
    }

    // Without the right to search a directory every file in it looks absent; that must not pass for "never joined".
    private static bool CanLookInto(string directory)
    {
        if (!Directory.Exists(directory)) return !File.Exists(directory);
        _ = Directory.EnumerateFileSystemEntries(directory).Any();
        return true;
    }
}
