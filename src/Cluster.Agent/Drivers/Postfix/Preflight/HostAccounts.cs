using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>Users and groups of the host's own files, and who a directory belongs to.</summary>
internal static class HostAccounts
{
    /// <summary>User id; null when /etc/passwd does not know it.</summary>
    public static uint? User(string name) => Id("/etc/passwd", name);

    /// <summary>Group id; null when /etc/group does not know it.</summary>
    public static uint? Group(string name) => Id("/etc/group", name);

    /// <summary>Gives a directory away.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Give(string path, uint user, uint group)
    {
        if (chown(Encoding.UTF8.GetBytes(path + '\0'), user, group) != 0)
            throw new IOException($"chown of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static uint? Id(string file, string name) => File.ReadLines(file).Select(l => l.Split(':'))
        .Where(f => f.Length > 2 && f[0] == name)
        .Select(f => uint.TryParse(f[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (uint?)null)
        .FirstOrDefault();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int chown(byte[] path, uint user, uint group);
}
