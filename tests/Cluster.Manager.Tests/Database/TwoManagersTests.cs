using System.Text.Json.Nodes;
using Cluster.Manager.Hosting;
using Cluster.Storage.Secrets;
using Cluster.Testing;
using Cluster.Testing.PostgreSql;
using Cluster.Testing.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Database;

/// <summary>Two managers on one PostgreSQL database.</summary>
public sealed class TwoManagersTests : IAsyncLifetime
{
    private readonly TestDirectory directory = new("two");
    private PostgreSqlServer? server;
    private Host[] managers = [];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.WhyNone.Length > 0, PostgreSqlServer.WhyNone);
        server = await PostgreSqlServer.StartAsync(durable: true, own: true);
        var database = await server.CreateDatabaseAsync("two");
        await File.WriteAllBytesAsync(directory["kek"], KekText.Write([Kek.Create()]));
        File.SetUnixFileMode(directory["kek"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        managers = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => Task.Run(() => Host.StartAsync(directory.Make($"m{n}"), directory["kek"], database))));
        var owner = managers.Select(m => m.OwnerToken).Single(t => t is not null)!;
        foreach (var manager in managers) manager.Connect(owner);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var manager in managers) await manager.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task They_are_one_installation_number_revisions_together_and_outlive_a_crash_of_the_database()
    {
        managers.Select(m => m.Pin).Distinct().Count().ShouldBe(1);
        (await managers[0].Rest.PostAsync("/clusters", Named("mail"))).Expect(201);

        var numbers = (await Task.WhenAll(managers.Select((m, i) => WriteAsync(m, i, 15)))).SelectMany(n => n).ToList();
        numbers.Order().ShouldBe(Enumerable.Range(1, 30).Select(n => (long)n));

        var key = Guid.NewGuid().ToString();
        var repeats = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => managers[i % 2].Rest.PostAsync("/clusters", Named("once"), ("Idempotency-Key", key))));
        repeats.ShouldAllBe(r => r.Status == 201);
        repeats.Select(r => (string)r.Json["id"]!).Distinct().Count().ShouldBe(1);

        await server!.CrashAsync();
        (await managers[0].Rest.PostAsync("/clusters", Named("no-database"))).Status.ShouldBe(503);
        await server.RestartAsync();
        await Eventually.Has(() => managers[1].Rest.PostAsync("/clusters", Named("database-again")), a => a.Status == 201, "writes work again");
    }

    private static async Task<List<long>> WriteAsync(Host manager, int writer, int count)
    {
        var numbers = new List<long>();
        for (var i = 0; i < count; i++)
        {
            var answer = (await manager.Rest.PutAsync($"/clusters/mail/mail-flow-policies/w{writer}-{i}", new JsonObject { ["tls"] = "preferred" })).Expect(201);
            numbers.Add(long.Parse(answer.Headers["Cluster-Revision"]));
        }

        return numbers;
    }

    private static JsonObject Named(string name) => new() { ["name"] = name };

    private sealed class Host : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly ManagerOptions options;
        private RestApi? rest;

        private Host(WebApplication app, ManagerOptions options)
        {
            this.app = app;
            this.options = options;
        }

        public RestApi Rest => rest!;

        public string? OwnerToken => File.Exists(options.PathOf("admin.token")) ? File.ReadAllText(options.PathOf("admin.token")).Trim() : null;

        public string Pin => app.Services.GetRequiredService<Features.ControlCa.ControlAuthority>().Keys.Root.PublicKeySha256;

        public static async Task<Host> StartAsync(string directory, string kek, string database)
        {
            var ports = FreePort.Next(2);
            var options = new ManagerOptions { DataDirectory = directory, KeyEncryptionKeyFile = kek, Database = database, Rest = $"127.0.0.1:{ports[0]}", Agents = $"127.0.0.1:{ports[1]}" };
            var app = Program.Build(options);
            await FirstStart.PrepareAsync(app.Services, options, default);
            await app.StartAsync();
            return new Host(app, options);
        }

        public void Connect(string token) => rest = new RestApi(new Uri($"https://{options.Rest}"), options.PathOf("ca.pem"), token);

        public async ValueTask DisposeAsync()
        {
            rest?.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
