using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Testing.Processes;

/// <summary>
/// Reads files that other programs hold locked. Every way to open a file by its path in .NET takes an advisory lock,
/// which fails on the pid file of a running Postfix; a descriptor from the system takes none.
/// </summary>
public static class UnlockedFile
{
    private const int ReadOnly = 0;

    /// <summary>The text of a file; empty when it is not there.</summary>
    public static string Read(string path)
    {
        using var handle = new SafeFileHandle(open(path, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return "";
        }

        using var reader = new StreamReader(new FileStream(handle, FileAccess.Read));
        return reader.ReadToEnd();
    }

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int open(string path, int flags);
}
