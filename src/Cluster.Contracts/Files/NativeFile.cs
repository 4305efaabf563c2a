using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Contracts.Files;

/// <summary>Numeric user and group of a file.</summary>
/// <param name="User">User id.</param>
/// <param name="Group">Group id.</param>
public readonly record struct FileOwner(uint User, uint Group);

/// <summary>The system calls on files that the framework does not offer.</summary>
internal static class NativeFile
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000;
    private const int AlreadyExists = 17;

    public static void FlushDirectory(string directory)
    {
        var descriptor = open(Bytes(directory), DirectoryFlags);
        if (descriptor < 0) throw Failed("open", directory);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (fsync(descriptor) != 0) throw Failed("fsync", directory);
    }

    public static void ChangeOwner(SafeFileHandle file, FileOwner owner)
    {
        if (fchown(file.DangerousGetHandle().ToInt32(), owner.User, owner.Group) != 0) throw Failed("fchown", "temporary file");
    }

    public static bool TryLink(string from, string to)
    {
        if (link(Bytes(from), Bytes(to)) == 0) return true;
        return Marshal.GetLastPInvokeError() == AlreadyExists ? false : throw Failed("link", to);
    }

    public static void Rename(string from, string to)
    {
        if (rename(Bytes(from), Bytes(to)) != 0) throw Failed("rename", to);
    }

    // O_DIRECTORY differs between the two architectures that the programs run on; O_CLOEXEC does not.
    private static int DirectoryFlags =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 | 0x80000 : ReadOnlyDirectoryCloseOnExec;

    private static byte[] Bytes(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static IOException Failed(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int rename(byte[] from, byte[] to);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int fchown(int descriptor, uint user, uint group);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int link(byte[] from, byte[] to);
}
