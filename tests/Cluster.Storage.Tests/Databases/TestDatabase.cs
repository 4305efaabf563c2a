using Cluster.Storage.Audit;
using Cluster.Storage.Changes;
using Cluster.Storage.Configuration;
using Cluster.Storage.Installation;
using Cluster.Storage.PostgreSql;
using Cluster.Storage.Secrets;
using Cluster.Storage.Sqlite;
using Cluster.Storage.Units;
using Cluster.Testing;
using Cluster.Testing.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

[assembly: AssemblyFixture(typeof(Cluster.Storage.Tests.Databases.SharedPostgreSql))]

namespace Cluster.Storage.Tests.Databases;

/// <summary>A migrated database of one test class's own, with an installation in it.</summary>
public abstract class TestDatabase : IAsyncLifetime
{
    private ServiceProvider? services;

    public ClusterDatabase Database => Get<ClusterDatabase>();

    public AuditTrail Audit => Get<AuditTrail>();

    public EnvelopeCipher Cipher => Get<EnvelopeCipher>();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public T Get<T>()
        where T : notnull => services!.GetRequiredService<T>();

    /// <summary>Golden file of the schema.</summary>
    public abstract string SchemaFile { get; }

    /// <summary>Query for the schema as text: one fact a line, in an order that does not depend on when something was added.</summary>
    public abstract string SchemaQuery { get; }

    /// <summary>A second process on the same database: nothing in memory is shared.</summary>
    public ServiceProvider Another() => Build();

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        services = Build();
        await using var db = await Get<IDbContextFactory<ClusterDbContext>>().CreateDbContextAsync();
        await Get<IDatabaseDialect>().MigrateAsync(db, Ct);
        await Database.WriteAsync(
            null,
            (unit, _) =>
            {
                unit.Installations.Add(Get<InstallationKeys>().Create(Cipher, TimeProvider.System));
                return Task.FromResult(0);
            },
            Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (services is not null) await services.DisposeAsync();
        await CleanAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a cluster with a name of its own.</summary>
    public Task<ManagedCluster> AddClusterAsync(string? name = null) => Database.WriteAsync(
        null,
        (db, _) =>
        {
            var id = Guid.CreateVersion7();
            var cluster = new ManagedCluster
            {
                Id = id, Name = name ?? $"c{id:N}", EpochNumber = 1, EpochId = Guid.NewGuid(), CreatedAt = TimeProvider.System.GetUtcNow(),
            };
            db.Clusters.Add(cluster);
            return Task.FromResult(cluster);
        },
        Ct);

    protected abstract Task PrepareAsync();

    protected abstract void AddDatabase(IServiceCollection services);

    protected abstract Task CleanAsync();

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        collection.AddSingleton(new KekRing(Kek.Create()));
        collection.AddSingleton<EnvelopeCipher>();
        AddDatabase(collection);
        return collection.BuildServiceProvider();
    }
}

/// <summary>SQLite in a directory of its own.</summary>
public sealed class SqliteDatabase : TestDatabase
{
    private readonly TestDirectory directory = new("sqlite");

    public string Path => directory["cluster.db"];

    public override string SchemaFile => "schema-sqlite.sql";

    public override string SchemaQuery =>
        """
        SELECT sql || ';' AS Value FROM sqlite_master
        WHERE sql IS NOT NULL AND tbl_name NOT LIKE '%EFMigrations%'
        ORDER BY tbl_name, type DESC, name
        """;

    protected override Task PrepareAsync() => Task.CompletedTask;

    protected override void AddDatabase(IServiceCollection services) => services.AddSqliteStorage(Path);

    protected override Task CleanAsync()
    {
        directory.Dispose();
        return Task.CompletedTask;
    }
}

/// <summary>The server that all classes share.</summary>
public sealed class SharedPostgreSql : IAsyncLifetime
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PostgreSqlServer? server;

    public static async Task<PostgreSqlServer> GetAsync()
    {
        await Gate.WaitAsync();
        try
        {
            return server ??= await PostgreSqlServer.StartAsync();
        }
        finally
        {
            Gate.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}

/// <summary>A database on PostgreSQL.</summary>
public sealed class PostgreSqlDatabase : TestDatabase
{
    private string connection = "";

    public override string SchemaFile => "schema-postgresql.txt";

    public override string SchemaQuery =>
        """
        SELECT line AS "Value" FROM (
            SELECT table_name AS thing, 1 AS rank, 'column ' || table_name || '.' || column_name || ' ' || data_type
                || coalesce('(' || character_maximum_length || ')', '') || coalesce(' COLLATE ' || collation_name, '')
                || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || column_default, '') AS line
            FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL
            SELECT conrelid::regclass::text, 2, 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
            UNION ALL
            SELECT tablename, 3, 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
        ) AS facts WHERE thing NOT LIKE '%EFMigrations%' ORDER BY thing, rank, line
        """;

    protected override async Task PrepareAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.WhyNone.Length > 0, PostgreSqlServer.WhyNone);
        connection = await (await SharedPostgreSql.GetAsync()).CreateDatabaseAsync("storage");
    }

    protected override void AddDatabase(IServiceCollection services) => services.AddPostgreSqlStorage(connection);

    protected override Task CleanAsync() => Task.CompletedTask;
}
