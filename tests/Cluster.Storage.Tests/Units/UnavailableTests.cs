using Cluster.Storage.PostgreSql;
using Cluster.Storage.Sqlite;
using Cluster.Storage.Tests.Databases;
using Cluster.Storage.Units;
using Cluster.Testing;
using Cluster.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Units;

/// <summary>Without the database there is an expected failure, and work goes on when it is back.</summary>
public sealed class UnavailableTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SQLite_whose_file_is_no_database()
    {
        using var directory = new TestDirectory("gone");
        await File.WriteAllTextAsync(directory["cluster.db"], new string('x', 4096), Ct);
        await using var services = Build(c => c.AddSqliteStorage(directory["cluster.db"]));

        await Should.ThrowAsync<DatabaseUnavailableException>(() => CountAsync(services));
    }

    [Fact]
    public async Task SQLite_whose_directory_is_gone()
    {
        await using var services = Build(c => c.AddSqliteStorage("/nonexistent/cluster.db"));

        await Should.ThrowAsync<DatabaseUnavailableException>(() => CountAsync(services));
    }

    [Fact]
    public async Task PostgreSQL_that_nobody_runs()
    {
        await using var services =
            Build(c => c.AddPostgreSqlStorage($"Host=127.0.0.1;Port={FreePort.Next()};Username=u;Database=d;Timeout=5"));

        await Should.ThrowAsync<DatabaseUnavailableException>(() => CountAsync(services));
    }

    [Fact]
    public async Task PostgreSQL_that_crashes_and_comes_back()
    {
        Assert.SkipWhen(PostgreSqlServer.WhyNone.Length > 0, PostgreSqlServer.WhyNone);
        await using var server = await PostgreSqlServer.StartAsync(durable: true, own: true);
        var connection = await server.CreateDatabaseAsync();
        await using var services = Build(c => c.AddPostgreSqlStorage(connection));
        await using (var db = await services.GetRequiredService<IDbContextFactory<ClusterDbContext>>().CreateDbContextAsync(Ct))
        {
            await services.GetRequiredService<IDatabaseDialect>().MigrateAsync(db, Ct);
        }

        (await CountAsync(services)).ShouldBe(0);
        await server.CrashAsync();
        await Should.ThrowAsync<DatabaseUnavailableException>(() => CountAsync(services));
        await server.RestartAsync();
        (await Eventually.Has(() => CountAsync(services), count => count == 0, "the database answers again")).ShouldBe(0);
    }

    private static Task<int> CountAsync(IServiceProvider services) =>
        services.GetRequiredService<ClusterDatabase>().WriteAsync(null, (db, ct) => db.Clusters.CountAsync(ct), Ct);

    private static ServiceProvider Build(Action<IServiceCollection> add)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        add(collection);
        return collection.BuildServiceProvider();
    }
}
