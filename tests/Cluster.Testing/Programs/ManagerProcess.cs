using Cluster.Client;
using Cluster.Client.Connection;
using Cluster.Testing.Processes;
using Cluster.Testing.Rest;

namespace Cluster.Testing.Programs;

/// <summary>How a manager is started for a test.</summary>
public sealed record ManagerStartOptions
{
    /// <summary>Connection string of a PostgreSQL database; absent = SQLite in the data directory.</summary>
    public string? Database { get; init; }

    /// <summary>Use the build with failpoints.</summary>
    public bool WithFailpoints { get; init; }

    /// <summary>The failpoint at which the first start kills itself, for example <c>commit.durable</c>.</summary>
    public string? Failpoint { get; init; }

    /// <summary>Port of the agents' endpoint; absent = a free one.</summary>
    public int? AgentsPort { get; init; }

    /// <summary>
    /// The owner's token, of a manager that joins an installation; absent = what the first start leaves in the data directory.
    /// </summary>
    public string? OwnerToken { get; init; }

    /// <summary>Further options of <c>cluster-manager run</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Further environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// The real <c>cluster-manager</c> on free ports of loopback with a data directory of its own. Killed and removed when disposed.
/// </summary>
public sealed class ManagerProcess : IAsyncDisposable
{
    private readonly TestDirectory directory = new("manager");
    private readonly ManagerStartOptions options;
    private readonly int restPort;
    private readonly int agentsPort;
    private Daemon? daemon;
    private RestApi? rest;
    private ClusterClient? client;

    private ManagerProcess(ManagerStartOptions options)
    {
        this.options = options;
        var ports = FreePort.Next(2);
        restPort = ports[0];
        agentsPort = options.AgentsPort ?? ports[1];
    }

    /// <summary>Its data directory.</summary>
    public string DataDirectory => directory["data"];

    /// <summary>Where agents connect, <c>HOST:PORT</c>.</summary>
    public string AgentsAddress => $"127.0.0.1:{agentsPort}";

    /// <summary>Where REST answers.</summary>
    public Uri RestAddress => new($"https://127.0.0.1:{restPort}/");

    /// <summary>Everything it printed since the last start.</summary>
    public string Output => daemon?.Output ?? "";

    /// <summary>Its process id.</summary>
    public int Pid => Running.Pid;

    /// <summary>Whether it has ended, by itself or killed.</summary>
    public bool HasExited => daemon?.HasExited ?? true;

    /// <summary>REST with the owner's token.</summary>
    public RestApi Rest => rest ?? throw NotStarted;

    /// <summary>The typed client with the owner's token; another one after each start.</summary>
    public ClusterClient Client => client ?? throw NotStarted;

    private Daemon Running => daemon ?? throw NotStarted;

    private string RootFile => Path.Combine(DataDirectory, "ca.pem");

    private static TestGaveUpException NotStarted => new("The manager has not been started.");

    /// <summary>Starts a manager and waits until it is ready.</summary>
    public static async Task<ManagerProcess> StartNewAsync(ManagerStartOptions? options = null)
    {
        var manager = new ManagerProcess(options ?? new ManagerStartOptions());
        manager.directory.Make("data");
        try
        {
            await manager.StartAsync(manager.options.Failpoint);
        }
        catch
        {
            await manager.DisposeAsync();
            throw;
        }

        return manager;
    }

    /// <summary>Starts it on its data directory and waits until it is ready.</summary>
    public async Task StartAsync(string? failpoint = null, string? clock = null)
    {
        StartWithoutWaiting(failpoint, clock);
        await ReadyAsync();
    }

    /// <summary>Starts it; it may end at once. A clock as faketime takes it, for example <c>+2h</c>.</summary>
    public void StartWithoutWaiting(string? failpoint = null, string? clock = null)
    {
        string[] database = options.Database is null ? [] : ["--database", options.Database];
        var environment = new Dictionary<string, string>(options.Environment);
        if (failpoint is not null)
        {
            environment["CLUSTER_FAILPOINT"] = failpoint;
        }

        // Without this, timers of the runtime spin under a faked clock.
        if (clock is not null) environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
        var program = options.WithFailpoints ? Builds.ManagerWithFailpoints : Builds.Manager;
        string[] faketime = clock is null ? [] : ["--exclude-monotonic", "-f", clock, program];
        daemon = Daemon.Start(
            clock is null ? program : "/usr/bin/faketime",
            [
                .. faketime,
                "run",
                "--data-dir",
                DataDirectory,
                "--rest",
                $"127.0.0.1:{restPort}",
                "--agents",
                AgentsAddress,
                .. database,
                .. options.Arguments
            ],
            environment);
    }

    /// <summary>Waits until it answers that it is ready.</summary>
    public async Task ReadyAsync()
    {
        Close();
        await Eventually.Is(
            async () =>
            {
                if (Running.HasExited)
                {
                    throw new TestGaveUpException($"The manager ended with exit code {Running.ExitCode}:\n{Output}");
                }

                if (rest is null) TryOpen();
                return rest is not null && (await rest.GetAsync("/healthz/ready")).Status == 200;
            },
            "the manager is ready");
    }

    /// <summary>REST with another token; null = without one.</summary>
    public RestApi RestWith(string? token) => new(RestAddress, RootFile, token);

    /// <summary>Ends it as a supervisor does.</summary>
    public Task<int> StopAsync() => Running.StopAsync();

    /// <summary>Kills it.</summary>
    public Task KillAsync() => Running.KillAsync();

    /// <summary>Waits until it has ended by itself.</summary>
    public Task<int> ExitAsync() => Running.ExitAsync();

    /// <summary>Kills it and starts it again on the same data.</summary>
    public async Task KillAndRestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close();
        if (daemon is not null)
        {
            await daemon.DisposeAsync();
        }

        directory.Dispose();
    }

    private void TryOpen()
    {
        var file = Path.Combine(DataDirectory, "admin.token");
        var token = options.OwnerToken ?? (File.Exists(file) ? File.ReadAllText(file).Trim() : null);
        if (token is null || !File.Exists(RootFile)) return;
        client?.Dispose();
        client = new ClusterClient(
            new ClusterClientOptions { Address = RestAddress, Token = token, CaFile = RootFile, Timeout = Patience.Answer });
        rest = RestWith(token);
    }

    private void Close()
    {
        rest?.Dispose();
        client?.Dispose();
        (rest, client) = (null, null);
    }
}
