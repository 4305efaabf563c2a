using System.Runtime.InteropServices;
using System.Text;
using Cluster.Agent.Drivers.Generations;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Agent.Drivers.LdapClient;

/// <summary>
/// The directory that holds somebody else's file, opened once. The way to it is gone one directory at a time and follows no link but
/// root's; each directory is root's until one is the user's, and from there on the user's. What the user moves afterwards changes
/// nothing: the directory stays the one that was looked at.
/// </summary>
internal sealed class HostPlace : IDisposable
{
    private const int MostLinks = 40;
    private const int LongestLink = 4096;
    private const int CurrentDirectory = -100;

    // O_PATH and O_CLOEXEC are the same on both architectures that the programs run on; O_NOFOLLOW is not.
    private const int PathOnly = 0x200000;
    private const int CloseOnExec = 0x80000;
    private const int NoEntry = 2;

    private readonly string told;
    private readonly Stack<string> left = new();
    private SafeFileHandle at = Root();
    private bool isUsers;
    private bool isLinked;
    private int links;

    private HostPlace(string path, uint? user)
    {
        told = path;
        User = user;
        Push(path);
    }

    /// <summary>Who may own the file, besides root; null = nobody does.</summary>
    public uint? User { get; private set; }

    /// <summary>The directory, by the descriptor.</summary>
    public string Directory => $"/proc/self/fd/{(int)at.DangerousGetHandle()}";

    /// <summary>The file, by the descriptor of its directory; only its last part can still be changed by anybody.</summary>
    public string File => $"{Directory}/{Name}";

    private string Name { get; set; } = "";

    /// <summary>Finds the place of a file, which need not be there; null when the directory is not there.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="user">Whose it is; null = that of who owns the first directory that is not root's.</param>
    /// <exception cref="IOException">Somebody other than root and the user decides where it leads.</exception>
    public static HostPlace? Find(string path, uint? user)
    {
        var place = new HostPlace(path, user);
        try
        {
            if (place.Go()) return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }

        place.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => at.Dispose();

    private bool Go()
    {
        while (left.TryPop(out var name))
        {
            var entry = Open(at, name);
            try
            {
                if (entry.IsInvalid && isLinked) throw new IOException($"{told} is a link that leads nowhere.");
                if (entry.IsInvalid && left.Count > 0) return false;
                Name = name;
                if (!entry.IsInvalid && FileRights.IsLink(entry)) Follow(entry, name);
                else if (left.Count == 0) return true;
                else Enter(entry, name);
            }
            finally
            {
                if (!ReferenceEquals(entry, at)) entry.Dispose();
            }
        }

        throw new IOException($"{told} is no file.");
    }

    private void Follow(SafeFileHandle link, string name)
    {
        // In the user's own directories a link of root's may have been moved; the file itself may be one, for who wants to keep it
        // elsewhere.
        if (FileRights.Of(link).Owner.User != 0 || (isUsers && left.Count > 0))
            throw new IOException(
                $"{Where(name)} is a link that its user can lead elsewhere. Put {(left.Count > 0 ? "a directory" : "a file")} in its "
                + "place, or let root own the link.");
        if (++links > MostLinks) throw new IOException($"{told} leads through too many links.");
        isLinked |= left.Count == 0;
        var target = Target(link);
        Push(target);
        if (target[0] != '/') return;
        at.Dispose();
        at = Root();
        isUsers = false;
    }

    private void Enter(SafeFileHandle entry, string name)
    {
        if (!FileRights.IsDirectory(entry)) throw new IOException($"{Where(name)} is no directory.");
        Judge(FileRights.Of(entry), Where(name));
        at.Dispose();
        at = entry;
    }

    private void Judge(FileRights rights, string where)
    {
        var owner = rights.Owner.User;
        if (owner != 0) User ??= owner;
        if (owner != 0 && owner != User)
            throw new IOException(
                $"{where} belongs to user {owner}, who could lead {told} elsewhere. Let root own it, or the user whose file it is.");
        if (owner != User && isUsers)
            throw new IOException($"{where} belongs to root, but lies in a directory of the user, who can move it. Let the user own it.");
        if (rights.Mode.HasFlag(UnixFileMode.OtherWrite) && !rights.Mode.HasFlag(UnixFileMode.StickyBit))
            throw new IOException($"{where} can be written by everybody, who could lead {told} elsewhere. Take that right away.");
        isUsers |= owner != 0;
    }

    // Behind a link the path as it was named tells no more where something is.
    private string Where(string name)
    {
        var rest = left.Count == 0 ? "" : "/" + string.Join('/', left);
        return told.EndsWith($"/{name}{rest}", StringComparison.Ordinal) ? told[..^rest.Length] : $"{name}, on the way to {told},";
    }

    private void Push(string path)
    {
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse().Where(p => p != ".")) left.Push(part);
    }

    private static SafeFileHandle Root() => Open(null, "/");

    private static SafeFileHandle Open(SafeFileHandle? directory, string name)
    {
        var from = directory is null ? CurrentDirectory : (int)directory.DangerousGetHandle();
        var descriptor = openat(from, Native(name), PathOnly | CloseOnExec | HostFile.NoFollow);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() != NoEntry)
            throw new IOException($"{name} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static string Target(SafeFileHandle link)
    {
        var target = new byte[LongestLink];
        var length = (int)readlinkat((int)link.DangerousGetHandle(), Native(""), target, target.Length);
        return length > 0
            ? Encoding.UTF8.GetString(target, 0, length)
            : throw new IOException($"A link cannot be read: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    private static byte[] Native(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int openat(int directory, byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint readlinkat(int directory, byte[] path, byte[] target, nint length);
}
