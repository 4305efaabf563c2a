using System.Text.Json.Nodes;
using Cluster.Client;
using Cluster.Client.Connection;
using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Manager.Hosting;
using Cluster.Manager.Hosting.Startup;
using Cluster.Testing;
using Cluster.Testing.Output;
using Cluster.Testing.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>
/// The real manager in this process, the one fixture of these tests: real TLS, REST and gRPC on free ports, SQLite in a directory
/// of its own (or PostgreSQL, see <see cref="ManagerDatabases"/>), with a cluster <c>mail</c> and an owner's token. Machines join
/// it as agents do.
/// </summary>
public sealed class TestManager : IAsyncLifetime
{
    /// <summary>The cluster that every test manager has, unless it was started without.</summary>
    public const string ClusterName = "mail";

    private readonly TestDirectory own = new("manager");
    private WebApplication? app;
    private RestApi? rest;
    private ClusterClient? client;

    /// <summary>Changes what the host is made of.</summary>
    internal Action<WebApplicationBuilder>? Configure { get; init; }

    /// <summary>Changes what it is started with.</summary>
    internal Func<ManagerOptions, ManagerOptions>? Change { get; init; }

    /// <summary>Its time.</summary>
    public MovableClock Clock { get; init; } = new();

    /// <summary>Everything that was logged, over all starts.</summary>
    public LogCapture Log { get; } = new();

    /// <summary>What it was started with.</summary>
    internal ManagerOptions Options { get; private set; } = null!;

    /// <summary>The typed client with the owner's token.</summary>
    public ClusterClient Client => client!;

    /// <summary>The cluster <c>mail</c>.</summary>
    public ClusterResources Cluster => Client.Cluster(ClusterName);

    /// <summary>REST as automation without the client would use it, with the owner's token: for tests about HTTP itself.</summary>
    public RestApi Rest => rest!;

    /// <summary>Id of the cluster.</summary>
    public Guid ClusterId { get; private set; }

    /// <summary>Id of its group <c>main</c>.</summary>
    public Guid GroupId { get; private set; }

    /// <summary>Where REST answers.</summary>
    public Uri RestAddress => new($"https://{Options.Rest}");

    /// <summary>Where agents connect.</summary>
    public Uri AgentsAddress => new($"https://{Options.Agents}");

    /// <summary>Services of the host.</summary>
    public IServiceProvider Services => app!.Services;

    /// <summary>The token of the first start; only the manager that made the installation has it.</summary>
    internal string OwnerToken => File.ReadAllText(Options.PathOf("admin.token")).Trim();

    private string RootFile => Options.PathOf("ca.pem");

    /// <summary>Path of something in the cluster.</summary>
    public static string At(string path) => $"/clusters/{ClusterName}/{path}";

    /// <summary>Starts a manager without a cluster in a directory that the test keeps.</summary>
    internal static async Task<TestManager> StartAsync(string directory, Func<ManagerOptions, ManagerOptions>? change = null)
    {
        var manager = new TestManager { Change = o => (change?.Invoke(o) ?? o) with { DataDirectory = directory } };
        try
        {
            manager.Prepare(null, realLimits: true);
            await manager.StartAgainAsync();
        }
        catch
        {
            manager.own.Dispose();
            throw;
        }

        return manager;
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Prepare(await ManagerDatabases.NewAsync(), realLimits: false);
        await StartAgainAsync();
        ClusterId = (await Client.Clusters.CreateAsync(ClusterName)).Value.Id;
        GroupId = (await Cluster.Groups.GetAsync("main")).Value.Id;
    }

    /// <summary>Starts a second manager on the database and with the keys of this one.</summary>
    internal async Task<TestManager> StartBesideAsync(MovableClock? clock = null)
    {
        var beside = new TestManager { Clock = clock ?? Clock };
        var ports = FreePort.Next(2);
        beside.Options = Options with { Rest = $"127.0.0.1:{ports[0]}", Agents = $"127.0.0.1:{ports[1]}" };
        beside.ClusterId = ClusterId;
        await beside.StartAgainAsync();
        return beside;
    }

    /// <summary>Starts it, on what it left.</summary>
    internal async Task StartAgainAsync()
    {
        app = Program.Build(Options, b =>
        {
            Log.Replace(b);
            b.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            Configure?.Invoke(b);
        });
        await ManagerStart.PrepareAsync(app.Services, Options, default);
        await app.StartAsync();
        if (!File.Exists(Options.PathOf("admin.token"))) return;
        rest ??= RestWith(OwnerToken);
        client ??= ClientWith(OwnerToken);
    }

    /// <summary>Stops it as a supervisor does.</summary>
    internal async Task StopAsync()
    {
        if (app is null) return;
        await app.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    /// <summary>A part of the host.</summary>
    internal T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>REST with another token, or without one.</summary>
    public RestApi RestWith(string? token) => new(RestAddress, RootFile, token);

    /// <summary>The typed client with another token.</summary>
    public ClusterClient ClientWith(string token) =>
        new(new ClusterClientOptions { Address = RestAddress, Token = token, CaFile = RootFile });

    /// <summary>REST with a new token of one grant; the role as REST writes it.</summary>
    public async Task<RestApi> RestAsAsync(string role, string cluster = ClusterName, bool exportKeys = false)
    {
        EnumNames.TryParse<Role>(role, out var read).ShouldBeTrue();
        return RestWith(await NewTokenAsync(new Grant { Cluster = cluster, Role = read, ExportKeys = exportKeys }));
    }

    /// <summary>The typed client with a new token of one grant.</summary>
    public async Task<ClusterClient> ClientAsAsync(Role role, string cluster = ClusterName) =>
        ClientWith(await NewTokenAsync(new Grant { Cluster = cluster, Role = role }));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        KeptOutput.End(Log);
        rest?.Dispose();
        client?.Dispose();
        await StopAsync();
        own.Dispose();
    }

    private async Task<string> NewTokenAsync(Grant grant) =>
        (await Client.Tokens.CreateAsync(new TokenCreate { Name = $"{EnumNames.Of(grant.Role)}-{grant.Cluster}", Grants = [grant] }))
            .Value.Token!;

    private void Prepare(string? database, bool realLimits)
    {
        var ports = FreePort.Next(2);
        var options = new ManagerOptions
        {
            DataDirectory = own.Make("data"),
            Rest = $"127.0.0.1:{ports[0]}",
            Agents = $"127.0.0.1:{ports[1]}",
            Database = database
        };
        if (!realLimits) options = options with { RequestsPerSecond = 100_000, RequestBurst = 100_000 };
        Options = Change?.Invoke(options) ?? options;
    }
}
