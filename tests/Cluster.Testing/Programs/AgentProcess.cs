using System.Text.Json.Nodes;
using Cluster.Contracts.JoinTokens;
using Cluster.Testing.Nginx;
using Cluster.Testing.Network;
using Cluster.Testing.Postfix;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Programs;

/// <summary>How an agent is set up for a test.</summary>
public sealed record AgentOptions
{
    /// <summary>The machine's name.</summary>
    public string Name { get; init; } = "gw1";

    /// <summary>Use the build with failpoints.</summary>
    public bool WithFailpoints { get; init; }

    /// <summary>Directory for its state; absent = one of its own.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>An nginx beside the Postfix instances, as the service <c>web</c>; null = none.</summary>
    public NginxInstance? Nginx { get; init; }

    /// <summary>Further services, as they stand in its local file.</summary>
    public IReadOnlyList<JsonObject> Services { get; init; } = [];

    /// <summary>The host of a network that it runs on; absent = this one.</summary>
    public NetworkHost? On { get; init; }

    /// <summary>User of the session process.</summary>
    public string SessionUser { get; init; } = "nobody";
}

/// <summary>
/// The real <c>cluster-agent</c> with state and local file of its own, for one or several Postfix instances. Killed and removed
/// when disposed.
/// </summary>
public sealed class AgentProcess : IAsyncDisposable
{
    private readonly TestDirectory directory;
    private readonly AgentOptions options;
    private Daemon? daemon;
    private int sessionSeen;

    /// <summary>Writes its local file; nothing is started.</summary>
    public AgentProcess(AgentOptions options, params PostfixInstance[] instances)
    {
        this.options = options;
        directory = new TestDirectory("agent-" + options.Name);
        StateDirectory = options.StateDirectory ?? directory["state"];
        File.WriteAllText(ConfigFile, LocalFile(instances).ToJsonString());
    }

    /// <summary>Name of the machine.</summary>
    public string Name => options.Name;

    /// <summary>Its state directory.</summary>
    public string StateDirectory { get; }

    /// <summary>Its local file.</summary>
    public string ConfigFile => directory["agent.json"];

    /// <summary>A directory of the test beside it.</summary>
    public TestDirectory Directory => directory;

    /// <summary>Everything that <c>run</c> and its session printed since the last start.</summary>
    public string Output => daemon?.Output ?? "";

    /// <summary>Process id of <c>run</c>, the apply process.</summary>
    public int ApplyPid => Running.Pid;

    /// <summary>Process id of the session; 0 while there is none.</summary>
    public int SessionPid =>
        Host.ChildrenOf(ApplyPid).FirstOrDefault(p => ProgramOf(p).Contains("cluster-agent", StringComparison.Ordinal));

    /// <summary>Whether <c>run</c> has ended.</summary>
    public bool HasExited => daemon?.HasExited ?? true;

    private Daemon Running => daemon ?? throw new TestGaveUpException("The agent has not been started.");

    private IReadOnlyList<string> Program => [.. options.On?.Prefix ?? [], AgentProgram];

    private string AgentProgram => options.WithFailpoints ? Builds.AgentWithFailpoints : Builds.Agent;

    /// <summary>Joins with a token that was just made.</summary>
    public Task<CommandResult> JoinAsync(ManagerProcess manager, JoinTokenShape token) =>
        JoinAsync(manager, token.CaPin!, token.Token!);

    /// <summary>Joins with a token, given on standard input.</summary>
    public Task<CommandResult> JoinAsync(ManagerProcess manager, string caPin, string token, params string[] more) =>
        VerbAsync(
            "join", ["--manager", manager.AgentsAddress, "--ca-pin", caPin, "--token-file", "-", "--name", options.Name, .. more], token);

    /// <summary>Rejoins with a token that was just made.</summary>
    public Task<CommandResult> RejoinAsync(JoinTokenShape token) => RejoinAsync(token.Token!);

    /// <summary>Rejoins with a token, given on standard input.</summary>
    public Task<CommandResult> RejoinAsync(string token, params string[] more) =>
        VerbAsync("rejoin", ["--token-file", "-", .. more], token);

    /// <summary>Runs one of its verbs to the end.</summary>
    public Task<CommandResult> VerbAsync(string verb, IEnumerable<string> arguments, string input = "", string? failpoint = null) =>
        Command.RunAsync(
            Program[0],
            [.. Program.Skip(1), verb, "--state-dir", StateDirectory, "--config", ConfigFile, .. arguments],
            input,
            Environment(failpoint));

    /// <summary>Runs one of its verbs without options to the end.</summary>
    public Task<CommandResult> VerbAsync(string verb) => VerbAsync(verb, []);

    /// <summary>Starts <c>run</c>.</summary>
    public void Start(string? failpoint = null, IReadOnlyDictionary<string, string>? environment = null) =>
        daemon = Daemon.Start(
            Program[0],
            [.. Program.Skip(1), "run", "--state-dir", StateDirectory, "--config", ConfigFile],
            Environment(failpoint).Concat(environment ?? new Dictionary<string, string>()).ToDictionary());

    /// <summary>Ends <c>run</c> as a supervisor does.</summary>
    public Task<int> StopAsync() => Running.StopAsync();

    /// <summary>Kills <c>run</c> and its session, as a power cut does.</summary>
    public Task KillAsync() => Running.KillAsync();

    /// <summary>Kills only the apply process.</summary>
    public async Task KillApplyAsync()
    {
        Host.Kill(ApplyPid);
        await Running.ExitAsync();
    }

    /// <summary>Kills only the session; the apply process starts another.</summary>
    public void KillSession() => Host.Kill(SessionPid);

    /// <summary>Waits until <c>run</c> or its session was killed, then kills the rest.</summary>
    public async Task KilledAsync()
    {
        sessionSeen = 0;
        await Eventually.Is(() => HasExited || SessionIsGone(), $"one of the agent's processes is killed. It said: {Output}");
        await KillAsync();
    }

    /// <summary>Waits until <c>run</c> has ended by itself.</summary>
    public Task<int> ExitAsync() => Running.ExitAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (daemon is not null)
        {
            await daemon.DisposeAsync();
        }

        directory.Dispose();
    }

    private bool SessionIsGone()
    {
        if (sessionSeen != 0)
        {
            return !Host.IsAlive(sessionSeen);
        }

        sessionSeen = SessionPid;
        return false;
    }

    private static Dictionary<string, string> Environment(string? failpoint) =>
        failpoint is null ? [] : new() { ["CLUSTER_FAILPOINT"] = failpoint };

    private static string ProgramOf(int pid) => UnlockedFile.Read($"/proc/{pid}/cmdline");

    private JsonObject LocalFile(PostfixInstance[] instances) => new()
    {
        ["sessionUser"] = options.SessionUser,
        ["services"] = new JsonArray(
            [
                .. instances.Select(Service),
                .. options.Nginx is { } nginx ? new[] { Service(nginx) } : [],
                .. options.Services.Select(s => s.DeepClone()),
            ]),
    };

    private static JsonObject Service(NginxInstance nginx) => new()
    {
        ["name"] = "web",
        ["driver"] = "nginx",
        ["configDirectory"] = nginx.ConfigDirectory,
        ["control"] = "direct",
        ["endpoints"] = new JsonArray([.. nginx.Ports.Select(p =>
            new JsonObject { ["kind"] = "interfaces", ["name"] = p.Key, ["address"] = "127.0.0.1", ["port"] = p.Value })]),
    };

    private static JsonObject Service(PostfixInstance instance) => new()
    {
        ["name"] = instance.Name,
        ["driver"] = "postfix",
        ["configDirectory"] = instance.ConfigDirectory,
        ["control"] = "direct",
        // Tests of other things ask nobody outside.
        ["comparePublished"] = false,
        ["endpoints"] = new JsonArray([.. instance.EndPoints.Select(p => new JsonObject
        {
            ["kind"] = "listeners", ["name"] = p.Key, ["address"] = p.Value.Address.ToString(), ["port"] = p.Value.Port,
        })]),
    };
}
