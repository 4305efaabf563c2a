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

    /// <summary>Its content.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="IOException">It cannot be opened, is no regular file, or is longer than <see cref="Longest"/>.</exception>
    public static byte[] Read(string path) => Read(path, Longest);

    /// <summary>Its content, when it is not longer than the caller takes.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="longest">The most bytes.</param>
    /// <exception cref="IOException">As <see cref="Read(string)"/>.</exception>
    public static byte[] Read(string path, int longest) => Read(path, longest, followsLink: true);

    /// <summary>Its content; null when there is no regular file, or one that is longer than the caller takes.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="longest">The most bytes.</param>
    public static byte[]? Find(string path, int longest = Longest)
    {
        try
        {
            return Read(path, longest, followsLink: true);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Its content, when it is no link.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">As <see cref="Read(string)"/>, or it is a link.</exception>
    public static byte[] ReadUnlinked(string path) => Read(path, Longest, followsLink: false);

    private static byte[] Read(string path, int longest, bool followsLink)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file {path}.");
        var descriptor = open(Encoding.UTF8.GetBytes(path + '\0'), NotBlocking | CloseOnExec | (followsLink ? 0 : NoFollow));
        if (descriptor < 0) throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (!FileRights.IsRegularFile(handle))
            throw new IOException($"{path} is a pipe, a socket or a device, which is not read. Put a regular file in its place.");
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (stream.Length > longest) throw TooLong(path, longest);
        using var content = new MemoryStream((int)stream.Length);
        var piece = new byte[81920];
        while (stream.Read(piece) is > 0 and var length)
        {
            // It may grow meanwhile, and files of the kernel do not say how long they are.
            if (content.Length + length > longest) throw TooLong(path, longest);
            content.Write(piece, 0, length);
        }

        return content.ToArray();
    }

    private static IOException TooLong(string path, int longest) =>
        new($"{path} is longer than the {longest} bytes that are read of this file.");

    // O_NOFOLLOW differs between the two architectures that the programs run on.
    private static int NoFollow => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags);
}
