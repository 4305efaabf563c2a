using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.Preflight;

/// <summary>
/// Makes the queue of a scratch instance. Postfix would make it itself in its check, which takes seconds; sockets of other programs
/// (SASL, milters) are reached through links into the live queue.
/// </summary>
internal static class ScratchQueue
{
    private static readonly string[] OfOwner = [
        "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"
    ];
    private static readonly string[] OfGroup = ["maildrop", "public"];
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ForAll =
        OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Makes queue and data directory.</summary>
    /// <returns>False when the accounts are not known here: Postfix must make them in its own check.</returns>
    public static bool TryMake(string queue, string data, string owner, string group)
    {
        if (HostAccounts.User(owner) is not { } user || HostAccounts.Group(group) is not { } setgid) return false;
        Make(data, OwnerOnly, user, 0);
        Make(Path.Combine(queue, "pid"), ForAll, 0, 0);
        foreach (var name in OfOwner) Make(Path.Combine(queue, name), OwnerOnly, user, 0);
        foreach (var name in OfGroup)
            Make(Path.Combine(queue, name), OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.GroupWrite, user, setgid);

        // Its presence tells Postfix that everything was checked; it removes it at the start.
        File.WriteAllBytes(Path.Combine(queue, "quick-start"), []);
        return true;
    }

    /// <summary>Links what other programs keep in the live queue.</summary>
    public static void Borrow(string live, string queue, MasterCf master)
    {
        if (!Directory.Exists(live)) return;
        var own = master.Entries.Select(e => e.Service).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in Directory.EnumerateFileSystemEntries(live))
        {
            var name = Path.GetFileName(entry);
            if (name is "pid" || OfOwner.Contains(name, StringComparer.Ordinal) || OfGroup.Contains(name, StringComparer.Ordinal)) continue;
            Link(Path.Combine(queue, name), entry);
        }

        foreach (var shared in new[] { "private", "public" })
        {
            var directory = Path.Combine(live, shared);
            if (!Directory.Exists(directory)) continue;
            foreach (var entry in Directory.EnumerateFileSystemEntries(directory).Where(e => !own.Contains(Path.GetFileName(e))))
                Link(Path.Combine(queue, shared, Path.GetFileName(entry)), entry);
        }
    }

    private static void Link(string path, string target)
    {
        if (!Path.Exists(path)) File.CreateSymbolicLink(path, target);
    }

    private static void Make(string path, UnixFileMode mode, uint user, uint group)
    {
        Directory.CreateDirectory(path);
        HostAccounts.Give(path, user, group);
        File.SetUnixFileMode(path, mode);
    }
}
