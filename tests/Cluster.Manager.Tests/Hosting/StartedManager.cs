using Cluster.Manager.Hosting;
using Cluster.Testing;
using Cluster.Testing.Rest;
using Microsoft.AspNetCore.Builder;
using ManagerOptions = Cluster.Manager.Hosting.ManagerOptions;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>A manager with options of a test's own.</summary>
internal sealed class StartedManager : IAsyncDisposable
{
    private readonly WebApplication app;

    private StartedManager(WebApplication app, ManagerOptions options, LogCapture log) => (this.app, Options, Log) = (app, options, log);

    /// <summary>Everything that was logged.</summary>
    public LogCapture Log { get; }

    public ManagerOptions Options { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<StartedManager> StartAsync(string directory, Func<ManagerOptions, ManagerOptions>? change = null)
    {
        var ports = FreePort.Next(2);
        var options = new ManagerOptions { DataDirectory = directory, Rest = $"127.0.0.1:{ports[0]}", Agents = $"127.0.0.1:{ports[1]}" };
        options = change?.Invoke(options) ?? options;
        var log = new LogCapture();
        var app = Program.Build(options, log.Replace);
        await FirstStart.PrepareAsync(app.Services, options, CancellationToken.None);
        await app.StartAsync();
        return new StartedManager(app, options, log);
    }

    /// <summary>The token of the first start; only the manager that made the installation has it.</summary>
    public string OwnerToken => File.ReadAllText(Options.PathOf("admin.token")).Trim();

    public RestApi Rest(string? token = null) => new(new Uri($"https://{Options.Rest}"), Options.PathOf("ca.pem"), token ?? OwnerToken);

    public async ValueTask DisposeAsync()
    {
        Log.ShowIfFailed();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
