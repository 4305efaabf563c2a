using System.Diagnostics;
using System.Globalization;

namespace Cluster.Contracts.Failpoints;

/// <summary>
/// Named steps at which kill tests end the process. Calls exist only in builds with <c>-p:Failpoints=true</c>: the compiler drops
/// them otherwise. The environment variable <c>CLUSTER_FAILPOINT=NAME[@COUNT]</c> chooses the step and the pass at which the
/// process kills itself (default the first).
/// </summary>
public static class Failpoint
{
    private static readonly string? Chosen = Environment.GetEnvironmentVariable("CLUSTER_FAILPOINT");
    private static int passes;

    /// <summary>Ends the process with SIGKILL when the step is the chosen one.</summary>
    /// <param name="name">One of <see cref="FailpointNames"/>.</param>
    [Conditional("FAILPOINTS")]
    public static void Reach(string name)
    {
        if (Chosen is null) return;
        var parts = Chosen.Split('@');
        if (parts[0] != name) return;
        var wanted = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        if (Interlocked.Increment(ref passes) != wanted) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
    }
}
