using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Cluster.Contracts.Files;

namespace Cluster.Agent.State;

/// <summary>Users of the host, and the one-way step from root to the session user.</summary>
internal static class Privileges
{
    private const int NoNewPrivileges = 38;
    private const int UserIdOffset = 16;
    private const int GroupIdOffset = 20;
    private const int HomeOffset = 32;

    /// <summary>Whether this process is root.</summary>
    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>Finds a user by any name service of the host; null when there is none.</summary>
    public static FileOwner? Find(string user)
    {
        var entry = getpwnam(Native(user));
        return entry == IntPtr.Zero
            ? null
            : new FileOwner((uint)Marshal.ReadInt32(entry, UserIdOffset), (uint)Marshal.ReadInt32(entry, GroupIdOffset));
    }

    /// <summary>The home directory of a user; null when there is no such user.</summary>
    public static string? FindHome(string user)
    {
        var entry = getpwnam(Native(user));
        return entry == IntPtr.Zero ? null : Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(entry, HomeOffset));
    }

    /// <summary>Finds a group by any name service of the host; null when there is none.</summary>
    public static uint? FindGroup(string group)
    {
        var entry = getgrnam(Native(group));
        return entry == IntPtr.Zero ? null : (uint)Marshal.ReadInt32(entry, UserIdOffset);
    }

    /// <summary>Becomes the user for good: groups, group, user, then no way to gain privileges by executing anything.</summary>
    /// <exception cref="InvalidOperationException">There is no such user, or the system refuses; the caller must end.</exception>
    public static void Become(string user)
    {
        var owner = Find(user) ?? throw new InvalidOperationException($"There is no user {user} on this host.");
        Demand(initgroups(Native(user), owner.Group), "initgroups");
        Demand(setresgid(owner.Group, owner.Group, owner.Group), "setresgid");
        Demand(setresuid(owner.User, owner.User, owner.User), "setresuid");
        Demand(prctl(NoNewPrivileges, 1, 0, 0, 0), "prctl");
        if (owner.User != 0 && setresuid(0, 0, 0) == 0) throw new InvalidOperationException("Privileges could not be given up.");
    }

    /// <summary>Gives a file or directory, never what a link points to, to another user.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void ChangeOwner(string path, FileOwner owner)
    {
        if (lchown(Native(path), owner.User, owner.Group) != 0)
        {
            throw new IOException(
                $"{path} could not be given to user {owner.User}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
    }

    private static void Demand(int result, string call)
    {
        if (result != 0) throw new InvalidOperationException($"{call} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
    }

    private static byte[] Native(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr getpwnam(byte[] name);

    // The id stands where that of a user does: after two pointers.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern IntPtr getgrnam(byte[] name);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int initgroups(byte[] name, uint group);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setresgid(uint real, uint effective, uint saved);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setresuid(uint real, uint effective, uint saved);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lchown(byte[] path, uint user, uint group);
}
