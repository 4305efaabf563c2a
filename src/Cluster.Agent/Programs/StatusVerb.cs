using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Agent.Apply;
using Cluster.Agent.Configuration;
using Cluster.Agent.State;
using Cluster.Agent.Trust;

namespace Cluster.Agent.Programs;

/// <summary>Shows how the host stands.</summary>
internal static class StatusVerb
{
    public static Command Make()
    {
        var verb = new Command(
            "status",
            "Shows the state of this host and its services.\n\nExamples:\n  cluster-agent status\n  cluster-agent status -o json");
        var output = Output();
        verb.Options.Add(output);
        var common = new CommonOptions(verb);
        verb.SetAction(async (parsed, ct) =>
        {
            var directory = common.State(parsed);
            var answer = await ControlClient.TryAskAsync(directory, new ControlRequest { Verb = "status" }, ct);
            if (answer?.Status is { } running) return Show(running, parsed.GetRequiredValue(output), ExitCodes.Ok);
            var (local, problems) = LocalFileReader.Read(common.Config(parsed));
            if (local is null) return Speech.Fail(ExitCodes.Usage, string.Join('\n', problems));
            return Show(Stored(directory, local), parsed.GetRequiredValue(output), ExitCodes.Ok);
        });
        return verb;
    }

    /// <summary>The option for the form of the output.</summary>
    public static Option<string> Output()
    {
        var option = new Option<string>("--output", "-o") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    /// <summary>Prints a status and returns the exit code.</summary>
    public static int Show(AgentStatus status, string output, int exitCode)
    {
        if (output == "json")
            Console.WriteLine(JsonSerializer.Serialize(status, (JsonTypeInfo<AgentStatus>)Indented.GetTypeInfo(typeof(AgentStatus))));
        else StatusText.Write(Console.Out, status);
        return exitCode;
    }

    /// <summary>The status from the files of a host on which no agent runs.</summary>
    public static AgentStatus Stored(StateDirectory directory, LocalFile local)
    {
        var state = new HostState(new ApplyStore(directory), local.Services.ToDictionary(s => s.Name, _ => (Drivers.IServiceDriver)null!));
        state.Load(new TrustStore(directory.Apply, owner: null));
        return HostSummary.Of(state, local, running: false);
    }

    private static JsonSerializerOptions Indented { get; } = new(AgentJson.Default.Options) { WriteIndented = true };
}
