using System.CommandLine;
using System.Runtime.InteropServices;
using Cluster.Agent.Apply;
using Cluster.Agent.Configuration;
using Cluster.Agent.State;

namespace Cluster.Agent.Programs;

/// <summary>Runs the agent until it is stopped or the host leaves.</summary>
internal static class RunVerb
{
    public static Command Make()
    {
        var verb = new Command(
            "run", "Runs the agent: applies what the manager assigns, from the last good state when there is no manager.");
        var common = new CommonOptions(verb);
        verb.SetAction((parsed, ct) => RunAsync(common.State(parsed), common.Config(parsed)));
        return verb;
    }

    private static async Task<int> RunAsync(StateDirectory directory, string config)
    {
        var (local, problems) = LocalFileReader.Read(config);
        if (local is null) return Speech.Fail(ExitCodes.Usage, string.Join('\n', problems));
        try
        {
            directory.Prepare(EnrollVerb.SessionOwner(local));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is in the way is told in full when the state is read; a file system that only refuses writing must not stop the agent.
            Console.Error.WriteLine(e.Message);
        }

        using var held = TakeLock(directory, out var problem);
        if (held is null) return Speech.Fail(ExitCodes.Conflict, problem);
        if (NeverJoined(directory)) return Speech.Fail(ExitCodes.Conflict, "This host is in no cluster; join it first.");
        using var stopping = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, s => Stop(s, stopping));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, s => Stop(s, stopping));
        using var host = new ApplyHost(directory, local, TimeProvider.System, new StandardErrorLog("apply"));
        return await host.RunAsync(stopping.Token);
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stopping)
    {
        signal.Cancel = true;
        stopping.Cancel();
    }

    private static StateLock? TakeLock(StateDirectory directory, out string problem)
    {
        problem = "Another agent runs with this state directory.";
        try
        {
            return StateLock.TryTake(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
            return null;
        }
    }

    // Only a state that can be read and says so is "never joined"; a damaged one is reported by the running agent.
    private static bool NeverJoined(StateDirectory directory)
    {
        try
        {
            directory.Sweep();
            return new ApplyStore(directory).Membership() is null;
        }
        catch (Exception e) when (e is DamagedStateException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
