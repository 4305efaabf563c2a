using System.Runtime.InteropServices;

namespace Cluster.Testing.Processes;

/// <summary>What tests need to know of the host, and do to its processes.</summary>
public static class Host
{
    private const int TermSignal = 15;
    private const int KillSignal = 9;
    private const int StopSignal = 19;
    private const int ContinueSignal = 18;
    private const ulong SysAdmin = 1UL << 21;

    /// <summary>Whether the tests run as root: Postfix instances and agents need it.</summary>
    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>Whether they may make network namespaces, which takes CAP_SYS_ADMIN; containers are often started without it.</summary>
    public static bool MayMakeNamespaces => File.ReadLines("/proc/self/status").Any(
        l => l.StartsWith("CapEff:", StringComparison.Ordinal) && (Convert.ToUInt64(l.Split('\t')[1], 16) & SysAdmin) != 0);

    /// <summary>Whether Postfix is installed.</summary>
    public static bool HasPostfix => File.Exists("/usr/sbin/postfix");

    /// <summary>Why a test that needs a real Postfix cannot run here; empty when it can.</summary>
    public static string WhyNoPostfix => (IsRoot, HasPostfix) switch
    {
        (false, _) => "needs root, as Postfix does",
        (_, false) => "needs the package postfix",
        _ => "",
    };

    /// <summary>Ends a process as a supervisor does.</summary>
    public static void Terminate(int pid) => Send(pid, TermSignal);

    /// <summary>Ends a process as a crash does.</summary>
    public static void Kill(int pid) => Send(pid, KillSignal);

    /// <summary>Freezes a process.</summary>
    public static void Freeze(int pid) => Send(pid, StopSignal);

    /// <summary>Lets a frozen process go on.</summary>
    public static void Thaw(int pid) => Send(pid, ContinueSignal);

    /// <summary>Whether a process is there and not a zombie.</summary>
    public static bool IsAlive(int pid) => Stat(pid) is { State: not 'Z' };

    /// <summary>The children of a process.</summary>
    public static IReadOnlyList<int> ChildrenOf(int pid) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Select(n => int.Parse(n!))
            .Where(p => Stat(p) is { } stat && stat.Parent == pid && stat.State != 'Z')];

    /// <summary>Resident memory of a process in bytes.</summary>
    public static long ResidentBytes(int pid) =>
        File.ReadLines($"/proc/{pid}/status").Where(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024).FirstOrDefault();

    /// <summary>Memory of a process in bytes; a page that several processes share counts for each in part.</summary>
    public static long ProportionalBytes(int pid) =>
        File.ReadLines($"/proc/{pid}/smaps_rollup").Where(l => l.StartsWith("Pss:", StringComparison.Ordinal))
            .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024).Single();

    /// <summary>Time that a process spent on a processor since its start.</summary>
    public static TimeSpan ProcessorTime(int pid)
    {
        using var process = System.Diagnostics.Process.GetProcessById(pid);
        return process.TotalProcessorTime;
    }

    private static (char State, int Parent)? Stat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Send(int pid, int signal)
    {
        if (pid > 1)
        {
            _ = kill(pid, signal);
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int kill(int pid, int signal);
}
