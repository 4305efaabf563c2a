using Cluster.Agent.Drivers.Processes;
using Cluster.Agent.Tests.Drivers.Postfix;

namespace Cluster.Agent.Tests.Faults;

/// <summary>Lets the reloads of a driver go wrong by what it runs for them.</summary>
internal static class ReloadFault
{
    /// <summary>From now on.</summary>
    /// <param name="runner">Of the driver.</param>
    /// <param name="fault">How.</param>
    /// <param name="isReload">Whether a command line is a reload.</param>
    public static void Make(RecordingRunner runner, Fault fault, Func<string, bool> isReload)
    {
        if (fault == Fault.ReloadHangs)
        {
            runner.Instead = line => isReload(line) ? ["/bin/sleep", "600"] : null;
            return;
        }

        var result = fault == Fault.ReloadFails
            ? new ProcessResult(1, "", "the software refuses to reload")
            : new ProcessResult(0, "", "");
        runner.Before = line => Task.FromResult(isReload(line) ? result : null);
    }

    /// <summary>They work again.</summary>
    public static void Mend(RecordingRunner runner)
    {
        runner.Instead = _ => null;
        runner.Before = _ => Task.FromResult<ProcessResult?>(null);
    }
}
