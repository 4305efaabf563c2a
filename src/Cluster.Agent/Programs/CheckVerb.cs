using System.CommandLine;
using Cluster.Agent.Apply;
using Cluster.Agent.Configuration;
using Cluster.Agent.State;
using Cluster.Agent.Trust;

namespace Cluster.Agent.Programs;

/// <summary>Looks at every service now.</summary>
internal static class CheckVerb
{
    public static Command Make()
    {
        var verb = new Command(
            "check",
            "Proves anew what every service runs, and looks for changes that the agent did not make.\n\nExit code 3: differences, 7: "
                + "something else is served.");
        var output = StatusVerb.Output();
        verb.Options.Add(output);
        var common = new CommonOptions(verb);
        verb.SetAction(async (parsed, ct) =>
        {
            var directory = common.State(parsed);
            var answer = await ControlClient.TryAskAsync(directory, new ControlRequest { Verb = "check" }, ct);
            if (answer?.Status is { } status) return StatusVerb.Show(status, parsed.GetRequiredValue(output), answer.ExitCode);
            var (local, problems) = LocalFileReader.Read(common.Config(parsed));
            if (local is null) return Speech.Fail(ExitCodes.Usage, string.Join('\n', problems));
            return await LookAsync(directory, local, parsed.GetRequiredValue(output), ct);
        });
        return verb;
    }

    private static async Task<int> LookAsync(StateDirectory directory, LocalFile local, string output, CancellationToken ct)
    {
        try
        {
            using var held = StateLock.TryTake(directory);
            if (held is null) return Speech.Fail(ExitCodes.Conflict, "An agent runs with this state directory, but does not answer.");
            var log = new StandardErrorLog("check");
            var content = new ContentStore(directory);
            var store = new ApplyStore(directory);
            var state = new HostState(store, ApplyHost.MakeDrivers(directory, local, TimeProvider.System, log));
            state.Load(new TrustStore(directory.Apply, owner: null));
            using var reconciler = new Reconciler(
                state, content, new ServiceSwitching(store, content, state, TimeProvider.System, log), TimeProvider.System, log);
            await reconciler.LookOnlyAsync(ct);
            var status = HostSummary.Of(state, local, running: false);
            return StatusVerb.Show(status, output, HostSummary.CheckResult(status));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Speech.Fail(e);
        }
    }
}
