using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>
/// Reads files of the host that others write. In the place of one may stand a pipe, which would hold up its reader until somebody writes,
/// or a device that never ends: only a regular file is read, and no more of it than the caller takes.
/// </summary>
internal static class HostFile
{
    /// <summary>The most that is read of one file, in bytes: 64 MiB.</summary>
    public const int Longest = 64 * 1024 * 1024;

    private const int NotBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoEntry = 2;
    private const int Piece = 80 * 1024;

    /// <summary>Its content.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="IOException">It cannot be opened, is no regular file, or is longer than <see cref="Longest"/>.</exception>
    public static byte[] Read(string path) => Read(path, Longest);

    /// <summary>Its content; null when there is no regular file, or one that is longer than the caller takes.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="longest">The most bytes.</param>
    public static byte[]? Find(string path, int longest = Longest)
    {
        try
        {
            return Read(path, longest);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Opens a file that is no link; null when nothing is there.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It is a link, or cannot be opened.</exception>
    public static SafeFileHandle? OpenUnlinked(string path)
    {
        var file = Open(path, NoFollow);
        if (!file.IsInvalid) return file;
        var fault = Marshal.GetLastPInvokeError() == NoEntry ? null : NotOpened(path);
        file.Dispose();
        return fault is null ? null : throw fault;
    }

    /// <summary>The content of an open file.</summary>
    /// <param name="file">The file; it is read from its beginning.</param>
    /// <param name="told">What it is called.</param>
    /// <param name="longest">The most bytes.</param>
    /// <exception cref="IOException">It is no regular file, or longer.</exception>
    public static byte[] Read(SafeFileHandle file, string told, int longest = Longest)
    {
        if (!FileRights.IsRegularFile(file))
            throw new IOException($"{told} is a pipe, a socket or a device, which is not read. Put a regular file in its place.");
        var length = RandomAccess.GetLength(file);
        if (length > longest) throw TooLong(told, longest);
        using var content = new MemoryStream((int)length);
        // One byte more than is taken shows that there is more; pid files are read at every look.
        var piece = new byte[Math.Min(longest, Piece - 1) + 1];
        while (RandomAccess.Read(file, piece, content.Length) is > 0 and var read)
        {
            // It may grow meanwhile, and files of the kernel do not say how long they are.
            if (content.Length + read > longest) throw TooLong(told, longest);
            content.Write(piece, 0, read);
        }

        return content.ToArray();
    }

    /// <summary>O_NOFOLLOW, which differs between the two architectures that the programs run on.</summary>
    public static int NoFollow => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Its content, when it is not longer than the caller takes.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="longest">The most bytes.</param>
    /// <exception cref="IOException">As <see cref="Read(string)"/>.</exception>
    public static byte[] Read(string path, int longest)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file {path}.");
        using var file = Open(path, 0);
        return file.IsInvalid ? throw NotOpened(path) : Read(file, path, longest);
    }

    private static SafeFileHandle Open(string path, int flags) =>
        new(open(Encoding.UTF8.GetBytes(path + '\0'), NotBlocking | CloseOnExec | flags), ownsHandle: true);

    private static IOException TooLong(string told, int longest) =>
        new($"{told} is longer than the {longest} bytes that are read of this file.");

    private static IOException NotOpened(string path) => new($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);
}
