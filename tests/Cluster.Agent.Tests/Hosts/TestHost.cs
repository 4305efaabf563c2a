using System.Text.Json.Nodes;
using Cluster.Agent.Tests.ManagerSide;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Pki.Issuing;
using Cluster.Pki.Keys;
using Cluster.Pki.Requests;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;

namespace Cluster.Agent.Tests.Hosts;

/// <summary>A host with the real agent program, services of files, and a state directory of its own.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly TestDirectory directory = new("agent-tests");
    private readonly bool failpoints;
    private Daemon? daemon;

    public TestHost(bool failpoints = false, params string[] services)
    {
        this.failpoints = failpoints;
        Services = services.Length > 0 ? services : ["mail"];
        foreach (var service in Services) directory.Make(service);
        WriteLocalFile();
    }

    public IReadOnlyList<string> Services { get; }

    public string State => directory["state"];

    public string Output => daemon?.Output ?? "";

    public Daemon Running => daemon ?? throw new TestGaveUpException("The agent has not been started.");

    public string ConfigDirectory(string service = "mail") => directory[service];

    public string Live(string service = "mail", string certificate = "mx") =>
        Path.Combine(ConfigDirectory(service), "cluster", "current", certificate + ".pem");

    public string InState(string relative) => Path.Combine(State, relative);

    /// <summary>Further options of every service, written by the next <see cref="WriteLocalFile"/>.</summary>
    public JsonObject Further { get; } = [];

    public void WriteLocalFile(string? sessionUser = null)
    {
        var file = new JsonObject
        {
            ["services"] = new JsonArray([.. Services.Select((s, i) => new JsonObject
            {
                ["name"] = s,
                ["driver"] = "files",
                ["configDirectory"] = ConfigDirectory(s),
                ["endpoints"] = new JsonArray(
                    new JsonObject { ["kind"] = "listeners", ["name"] = $"in-{s}", ["address"] = "127.0.0.1", ["port"] = 25 + i }),
            })]),
        };
        foreach (var (service, (name, value)) in file["services"]!.AsArray().SelectMany(s => Further.Select(f => (s, f))))
            service![name] = value?.DeepClone();
        if ((sessionUser ?? (Host.IsRoot ? "nobody" : null)) is { } user) file["sessionUser"] = user;
        File.WriteAllText(directory["agent.json"], file.ToJsonString());
    }

    public Task<CommandResult> VerbAsync(string verb, params string[] arguments) => VerbSayingAsync(verb, "", null, arguments);

    public Task<CommandResult> VerbSayingAsync(string verb, string input, string? failpoint, params string[] arguments) =>
        Command.RunAsync(
            Program, [verb, "--state-dir", State, "--config", directory["agent.json"], .. arguments], input, Environment(failpoint));

    public Task<CommandResult> JoinAsync(FakeManager manager, string? token = null, string? pin = null, string? failpoint = null) =>
        VerbSayingAsync(
            "join",
            token ?? manager.Fleet.Token,
            failpoint,
            "--manager",
            manager.Address,
            "--ca-pin",
            pin ?? manager.Authority.Pin,
            "--token-file",
            "-",
            "--name",
            "gw1");

    public async Task MustJoinAsync(FakeManager manager)
    {
        var result = await JoinAsync(manager);
        if (result.ExitCode != 0) throw new TestGaveUpException($"The host did not join: {result}");
    }

    public void Start(string? failpoint = null) =>
        daemon = Daemon.Start(Program, ["run", "--state-dir", State, "--config", directory["agent.json"]], Environment(failpoint));

    public async Task StopAsync() => (await Running.StopAsync()).ShouldBeZero(Output);

    public Task KillAsync() => Running.KillAsync();

    public int SessionPid => Host.ChildrenOf(Running.Pid).FirstOrDefault();

    public async Task<JsonNode> StatusAsync()
    {
        var result = await VerbAsync("status", "-o", "json");
        return JsonNode.Parse(result.Output) ?? throw new TestGaveUpException(result.ToString());
    }

    /// <summary>Makes a certificate with its key, gives the key to the manager, and returns the part of a service that serves it.</summary>
    public static ServicePart Part(
        FakeManager manager, string name = "mx1.example", string service = "mail", PrivateKeyMaterial? key = null)
    {
        key ??= PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        RequestedNames.Check(null, [name], [], out var names);
        var leaf = SelfSigned.Create(key, names!, TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(90));
        manager.Fleet.Keys[leaf.PublicKeySha256] = key.ExportPkcs8();
        var listener = new Listener
        {
            Type = ListenerType.Public,
            Port = 25,
            Hostname = name,
            Certificate = "mx",
            DefaultPolicy = "default"
        };
        var certificate = new PartCertificate
        {
            Chain = [Convert.ToBase64String(leaf.Der.Span)],
            PublicKeySha256 = leaf.PublicKeySha256,
            Sha256 = leaf.Sha256
        };
        return (ServicePart.Empty("files") with { Certificates = new Dictionary<string, PartCertificate> { ["mx"] = certificate } }).With(
            $"in-{service}", listener);
    }

    public async ValueTask DisposeAsync()
    {
        if (daemon is not null) await daemon.DisposeAsync();
        directory.Dispose();
    }

    private string Program =>
        failpoints
            ? Builds.AgentWithFailpoints
            : System.Environment.GetEnvironmentVariable("CLUSTER_TEST_AGENT") == "development" ? Builds.AgentForDevelopment : Builds.Agent;

    private static Dictionary<string, string> Environment(string? failpoint) =>
        failpoint is null ? [] : new() { ["CLUSTER_FAILPOINT"] = failpoint };
}

internal static class ExitCodeAssertions
{
    public static void ShouldBeZero(this int code, string said)
    {
        if (code != 0) throw new TestGaveUpException($"Exit code {code}. It said:\n{said}");
    }
}
