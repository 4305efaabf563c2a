using System.Text.Json.Nodes;
using Cluster.Manager.Features.ControlCa;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Secrets;
using Cluster.Testing;
using Cluster.Testing.PostgreSql;
using Cluster.Testing.Rest;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Database;

/// <summary>Two managers on one PostgreSQL database.</summary>
public sealed class TwoManagersStartTests : IAsyncLifetime
{
    private readonly TestDirectory directory = new("two");
    private PostgreSqlServer? server;
    private TestManager[] managers = [];
    private RestApi[] rest = [];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.WhyNone.Length > 0, PostgreSqlServer.WhyNone);
        server = await PostgreSqlServer.StartAsync(durable: true, own: true);
        var database = await server.CreateDatabaseAsync("two");
        await File.WriteAllBytesAsync(directory["kek"], KekText.Write([Kek.Create()]));
        File.SetUnixFileMode(directory["kek"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        managers = await Task.WhenAll(
            Enumerable.Range(0, 2)
                .Select(
                    n => Task.Run(
                        () => TestManager.StartAsync(
                            directory.Make($"m{n}"), o => o with { KeyEncryptionKeyFile = directory["kek"], Database = database }))));
        var owner = managers.Single(m => File.Exists(m.Options.PathOf("admin.token"))).OwnerToken;
        rest = [.. managers.Select(m => m.RestWith(owner))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var api in rest) api.Dispose();
        foreach (var manager in managers) await manager.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task They_are_one_installation_number_revisions_together_and_outlive_a_crash_of_the_database()
    {
        managers.Select(m => m.Services.GetRequiredService<ControlAuthority>().Keys.Root.PublicKeySha256).Distinct().Count().ShouldBe(1);
        (await rest[0].PostAsync("/clusters", Named("mail"))).Expect(201);

        var numbers = (await Task.WhenAll(rest.Select((api, i) => WriteAsync(api, i, 15)))).SelectMany(n => n).ToList();
        numbers.Order().ShouldBe(Enumerable.Range(1, 30).Select(n => (long)n));

        var key = Guid.NewGuid().ToString();
        var repeats = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => rest[i % 2].PostAsync("/clusters", Named("once"), ("Idempotency-Key", key))));
        repeats.ShouldAllBe(r => r.Status == 201);
        repeats.Select(r => (string)r.Json["id"]!).Distinct().Count().ShouldBe(1);

        await server!.CrashAsync();
        (await rest[0].PostAsync("/clusters", Named("no-database"))).Status.ShouldBe(503);
        await server.RestartAsync();
        await Eventually.Has(() => rest[1].PostAsync("/clusters", Named("database-again")), a => a.Status == 201, "writes work again");
    }

    private static async Task<List<long>> WriteAsync(RestApi rest, int writer, int count)
    {
        var numbers = new List<long>();
        for (var i = 0; i < count; i++)
        {
            var answer = (await rest.PutAsync(
                $"/clusters/mail/mail-flow-policies/w{writer}-{i}", new JsonObject { ["tls"] = "preferred" })).Expect(201);
            numbers.Add(long.Parse(answer.Headers["Cluster-Revision"]));
        }

        return numbers;
    }

    private static JsonObject Named(string name) => new() { ["name"] = name };
}
