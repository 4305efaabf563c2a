using System.Security.Cryptography;

namespace Cluster.Testing;

/// <summary>Describes directories, so that a test can show that nothing was written.</summary>
public static class FileTree
{
    /// <summary>Every file below a directory: its hash, mode and time of last write; of links, where they lead.</summary>
    public static IReadOnlyDictionary<string, string> Describe(string directory) =>
        Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories)
            .ToDictionary(p => Path.GetRelativePath(directory, p), Describe1, StringComparer.Ordinal);

    private static string Describe1(string path)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is { } target)
        {
            return $"-> {target}";
        }

        return info.Attributes.HasFlag(FileAttributes.Directory)
            ? "directory"
            : $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))} {info.UnixFileMode} {info.LastWriteTimeUtc:O}";
    }
}
