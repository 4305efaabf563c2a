using System.Security.Cryptography;
using Cluster.Contracts.Failpoints;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Contracts.Files;

/// <summary>
/// Writes files so that a reader, and the disk after a power cut, hold the old or the new content, never a part:
/// temporary file in the same directory, mode before content, fsync, rename, fsync of the directory.
/// </summary>
public static class AtomicFile
{
    /// <summary>Readable and writable by the owner alone (0600): the mode of everything secret.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What names of temporary files begin with, so that leftovers of a crash can be recognised.</summary>
    public const string TemporaryPrefix = ".tmp-";

    private const UnixFileMode Special = UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit;
    private const int TemporaryDigits = 16;

    /// <summary>Writes a file, replacing what is there.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">All of its content.</param>
    /// <param name="mode">Mode that the file has from its creation on (not narrowed by the umask).</param>
    /// <param name="owner">User and group that it belongs to before it has content; null = those of this process.</param>
    /// <param name="agedBy">How much older than it is the file claims to be (its time of modification).</param>
    /// <exception cref="IOException">It could not be written; what was there is still there and no temporary file is left.</exception>
    /// <exception cref="ArgumentException">The mode lets the file run as its owner or group, or is sticky.</exception>
    public static void Write(
        string path, ReadOnlySpan<byte> content, UnixFileMode mode = Private, FileOwner? owner = null, TimeSpan agedBy = default)
    {
        var temporary = WriteTemporary(path, content, mode, owner);
        try
        {
            if (agedBy > TimeSpan.Zero) File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(temporary) - agedBy);
            Failpoint.Reach($"{FailpointNames.FileWritten}:{Path.GetFileName(path)}");
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushDirectoryOf(path);
    }

    /// <summary>Writes a file only if there is none of that name, decided by the file system.</summary>
    /// <returns>False when one was there; it is untouched.</returns>
    /// <exception cref="IOException">It could not be written; no file of either name is left.</exception>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content, UnixFileMode mode = Private, FileOwner? owner = null)
    {
        if (Path.Exists(path)) return false;
        var temporary = WriteTemporary(path, content, mode, owner);
        try
        {
            if (!NativeFile.TryLink(temporary, path)) return false;
        }
        finally
        {
            File.Delete(temporary);
        }

        FlushDirectoryOf(path);
        return true;
    }

    /// <summary>Lets a symbolic link lead elsewhere in one step, whatever it leads to; makes it when there is none.</summary>
    /// <exception cref="IOException">The file system refuses; the link leads where it led.</exception>
    public static void PointLink(string link, string target)
    {
        var temporary = NewTemporaryIn(Path.GetDirectoryName(Path.GetFullPath(link))!);
        File.CreateSymbolicLink(temporary, target);
        try
        {
            NativeFile.Rename(temporary, link);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushDirectoryOf(link);
    }

    /// <summary>Deletes a file, durably; nothing happens when there is none.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        FlushDirectoryOf(path);
    }

    /// <summary>
    /// Removes the temporary files that a crash in the middle of a write left in a directory; nobody else may be writing there.
    /// </summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static void Sweep(string directory)
    {
        foreach (var leftover in Directory.EnumerateFileSystemEntries(directory, TemporaryPrefix + "*").Where(IsTemporary))
            File.Delete(leftover);
    }

    /// <summary>Makes what was created, renamed or deleted in a directory survive a power cut.</summary>
    /// <exception cref="IOException">The directory cannot be opened or flushed.</exception>
    public static void FlushDirectory(string directory) => NativeFile.FlushDirectory(directory);

    // The directory may be an administrator's: a file of theirs that begins alike is not ours.
    private static bool IsTemporary(string path) =>
        Path.GetFileName(path)[TemporaryPrefix.Length..] is { Length: TemporaryDigits } digits && digits.All(char.IsAsciiHexDigitLower)
        && (File.Exists(path) || new FileInfo(path).LinkTarget is not null);

    private static string NewTemporaryIn(string directory) =>
        Path.Combine(directory, TemporaryPrefix + RandomNumberGenerator.GetHexString(TemporaryDigits, lowercase: true));

    private static void FlushDirectoryOf(string path) => FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

    private static string WriteTemporary(string path, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        if ((mode & Special) != 0)
            throw new ArgumentException(
                $"{path} is to be a file that runs as its owner or group, or is sticky. None is written.", nameof(mode));
        var temporary = NewTemporaryIn(Path.GetDirectoryName(Path.GetFullPath(path))!);
        // The file is born with at most the owner's rights; the wider mode comes after the owner, before the content.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode & Private };
        using var stream = new FileStream(temporary, options);
        try
        {
            Fill(stream.SafeFileHandle, content, mode, owner);
            return temporary;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void Fill(SafeFileHandle file, ReadOnlySpan<byte> content, UnixFileMode mode, FileOwner? owner)
    {
        if (owner is { } given) NativeFile.ChangeOwner(file, given);
        File.SetUnixFileMode(file, mode);
        RandomAccess.Write(file, content, 0);
        RandomAccess.FlushToDisk(file);
    }
}
