using System.Text.Json.Nodes;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Manager.Features.Sessions;
using Cluster.Manager.Hosting;
using Cluster.Protocol.V1;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Cluster.Testing;
using Cluster.Testing.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using ManagerOptions = Cluster.Manager.Hosting.ManagerOptions;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>The real host in this process, on free ports with a database of its own, with a cluster <c>mail</c> and an owner's token; machines are put in as if they had joined.</summary>
public sealed class TestManager : IAsyncLifetime
{
    private readonly TestDirectory directory = new("manager");
    private WebApplication? app;
    private RestApi? rest;

    /// <summary>REST with the owner's token.</summary>
    public RestApi Rest => rest!;

    /// <summary>Changes what the host is made of.</summary>
    internal Action<WebApplicationBuilder>? Configure { get; init; }

    /// <summary>Everything that was logged.</summary>
    public LogCapture Log { get; } = new();

    /// <summary>What it was started with.</summary>
    internal ManagerOptions Options { get; private set; } = null!;

    /// <summary>Where REST answers.</summary>
    public Uri RestAddress => new($"https://{Options.Rest}");

    /// <summary>Where agents connect.</summary>
    public Uri AgentsAddress => new($"https://{Options.Agents}");

    /// <summary>REST with another token, or without one.</summary>
    public RestApi RestWith(string? token) => new(RestAddress, Path.Combine(Options.DataDirectory, "ca.pem"), token);

    /// <summary>REST with a new token of one grant.</summary>
    public async Task<RestApi> RestAsAsync(string role, string cluster = "mail", bool exportKeys = false)
    {
        var grant = new JsonObject { ["cluster"] = cluster, ["role"] = role, ["exportKeys"] = exportKeys };
        var made = await Rest.PostAsync("/tokens", new JsonObject { ["name"] = $"{role}-{cluster}", ["grants"] = new JsonArray(grant) });
        return RestWith((string)made.Expect(201).Json["token"]!);
    }

    /// <summary>Services of the host.</summary>
    public IServiceProvider Services => app!.Services;

    /// <summary>The cluster.</summary>
    public Guid ClusterId { get; private set; }

    /// <summary>Its group <c>main</c>.</summary>
    public Guid GroupId { get; private set; }

    /// <summary>Path of something in the cluster.</summary>
    public static string At(string path) => $"/clusters/mail/{path}";

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        var ports = FreePort.Next(2);
        var options = new ManagerOptions { DataDirectory = directory.Make("data"), Rest = $"127.0.0.1:{ports[0]}", Agents = $"127.0.0.1:{ports[1]}", Database = await ManagerDatabases.NewAsync(), RequestsPerSecond = 100_000, RequestBurst = 100_000 };
        app = Program.Build(options, b =>
        {
            Log.Replace(b);
            Configure?.Invoke(b);
        });
        Options = options;
        await FirstStart.PrepareAsync(app.Services, options, default);
        await app.StartAsync();
        var token = (await File.ReadAllTextAsync(Path.Combine(options.DataDirectory, "admin.token"))).Trim();
        rest = new RestApi(new Uri($"https://127.0.0.1:{ports[0]}"), Path.Combine(options.DataDirectory, "ca.pem"), token);
        ClusterId = Guid.Parse((string)(await rest.PostAsync("/clusters", new JsonObject { ["name"] = "mail" })).Expect(201).Json["id"]!);
        GroupId = await Services.GetRequiredService<ClusterDatabase>().ReadAsync((db, ct) => db.Groups.Where(g => g.ClusterId == ClusterId).Select(g => g.Id).SingleAsync(ct), default);
    }

    /// <summary>Puts in a machine whose Postfix hosts a listener and announces features (none given: all that tests use) and every kind that is of mail.</summary>
    public Task<Guid> AddMachineAsync(string name, string listener = "in", params IReadOnlyList<string> features)
    {
        var service = new ServiceAnnouncement { Name = "postfix", Driver = "postfix" };
        service.Kinds.AddRange([Kinds.Certificates, Kinds.TrustedAuthorities, Kinds.Listeners, Kinds.MailFlowPolicies, Kinds.DestinationControls, Kinds.Outbound, Kinds.Trust, Kinds.AgentSettings]);
        service.Endpoints.Add(new Protocol.V1.Endpoint { Kind = Kinds.Listeners, Name = listener, Address = "127.0.0.1", Port = 25 });
        service.Features.AddRange(features.Count == 0 ? AllFeatures : features);
        return AddMachineAsync(name, service);
    }

    /// <summary>Puts in a machine with one service.</summary>
    public async Task<Guid> AddMachineAsync(string name, ServiceAnnouncement service)
    {
        var hello = new Hello { Services = { service } };
        var id = Guid.CreateVersion7();
        await Services.GetRequiredService<ClusterDatabase>().WriteAsync(ClusterId, (db, _) =>
        {
            db.Machines.Add(new Machine { Id = id, ClusterId = ClusterId, GroupId = GroupId, Name = name, Status = MachineStatus.Active, Mode = MachineMode.Enforce, CreatedAt = TimeProvider.System.GetUtcNow() });
            db.Reports.Add(new MachineReport { MachineId = id, Generation = 1, Announcement = Announcements.Store(hello), CapabilityHash = Announcements.Hash(hello.Services) });
            return Task.FromResult(true);
        }, default);
        return id;
    }

    /// <summary>Features of a host that can do everything.</summary>
    public static IReadOnlyList<string> AllFeatures { get; } =
        ["listener.tls", "listener.certificate", "listener.sender-groups", "destination.tls.none", "destination.tls.preferred", "destination.tls.required", "destination.tls.required-verify", "trust.custom", "outbound.hostname"];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Log.ShowIfFailed();
        rest?.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        directory.Dispose();
    }
}
