using System.Runtime.InteropServices;

namespace Cluster.Pki.Tests.Corpus;

/// <summary>Processor time of the calling thread: what work costs, however busy the machine is.</summary>
internal static class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>Processor time that an action took.</summary>
    public static TimeSpan Of(Action action)
    {
        var before = Now();
        action();
        return Now() - before;
    }

    private static TimeSpan Now()
    {
        var time = new long[2];
        return Read(ThreadClock, time) == 0
            ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromTicks(time[1] / TimeSpan.NanosecondsPerTick)
            : throw new InvalidOperationException("The clock of the thread cannot be read.");
    }

    [DllImport("libc.so.6", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Read(int clock, long[] time);
}
