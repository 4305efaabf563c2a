using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Agent.Drivers.Postfix.Control;

/// <summary>
/// Reads master.pid. The master holds an exclusive lock on it, and every way to open a file by its path in .NET asks for a lock;
/// a descriptor from the system asks for none.
/// </summary>
internal static class PidFile
{
    private const int ReadOnlyCloseOnExec = 0x80000;

    /// <summary>The process that the file names, if it lives and is a Postfix master; else 0.</summary>
    public static int LiveMaster(string path)
    {
        if (!int.TryParse(Read(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) return 0;
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            var name = status[(status.IndexOf('(', StringComparison.Ordinal) + 1)..status.LastIndexOf(')')];
            var state = status[status.LastIndexOf(')') + 2];
            return name == "master" && state != 'Z' ? pid : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static string Read(string path)
    {
        var descriptor = open(Encoding.UTF8.GetBytes(path + '\0'), ReadOnlyCloseOnExec);
        if (descriptor < 0) return "";
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var buffer = new byte[64];
        var length = RandomAccess.Read(handle, buffer, 0);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int open(byte[] path, int flags);
}
