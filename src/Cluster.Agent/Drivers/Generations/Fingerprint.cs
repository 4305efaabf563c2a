using System.Security.Cryptography;
using System.Text;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>One hash over several texts, in the order in which they are added; lower-case hex.</summary>
internal sealed class Fingerprint : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>SHA-256 of bytes.</summary>
    public static string OfBytes(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Adds a text; two texts never count as one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encoding">How it was read; absent = UTF-8.</param>
    public Fingerprint Add(string text, Encoding? encoding = null)
    {
        hash.AppendData((encoding ?? Encoding.UTF8).GetBytes(text));
        hash.AppendData([0]);
        return this;
    }

    /// <summary>Adds the names, sizes and times of the files of a directory, without those below it.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="others">Names that are added otherwise, or not at all.</param>
    public Fingerprint AddFiles(string directory, params string[] others)
    {
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            if (!others.Contains(file.Name, StringComparer.Ordinal)) AddFile(file);
        }

        return this;
    }

    /// <summary>
    /// Adds name, size and time of a file, or of the one that a link leads to; nothing for one that is not there. Of a link that leads in
    /// a circle, where it leads: one such link must not keep the other files from being watched.
    /// </summary>
    public Fingerprint AddFile(FileInfo file)
    {
        FileInfo? target;
        try
        {
            target = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Add($"{file.FullName} -> {file.LinkTarget}");
        }

        return target is { Exists: true } ? Add($"{file.FullName} {target.Length} {target.LastWriteTimeUtc.Ticks}") : this;
    }

    /// <summary>The hash; nothing can be added afterwards.</summary>
    public string End() => Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
