using Cluster.Storage.Tests.Databases;
using Cluster.Storage.Units;
using Cluster.Testing.Golden;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace Cluster.Storage.Tests.Units;

/// <summary>What every database promises about its schema.</summary>
public abstract class SchemaContract(TestDatabase database)
{
    [Fact]
    public async Task The_model_has_no_change_without_a_migration()
    {
        await using var db = await Contexts(database.Get<IDbContextFactory<ClusterDbContext>>());
        db.Database.HasPendingModelChanges().ShouldBeFalse("run src/Cluster.Storage/add-migration.sh");
    }

    [Fact]
    public async Task Migrations_make_exactly_the_schema_that_is_promised()
    {
        await using var db = await Contexts(database.Get<IDbContextFactory<ClusterDbContext>>());
        var lines = await db.Database.SqlQueryRaw<string>(database.SchemaQuery).ToListAsync(TestDatabase.Ct);

        GoldenFile.Of("Cluster.Storage.Tests", database.SchemaFile).ShouldBe(string.Join('\n', lines));
    }

    [Fact]
    public async Task Managers_that_start_together_migrate_once()
    {
        using var other = database.Another();
        await Task.WhenAll(MigrateAsync(other), MigrateAsync(other), MigrateAsync(other));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        using var other = database.Another();
        await using var db = await Contexts(other.GetRequiredService<IDbContextFactory<ClusterDbContext>>());
        await db.Database.ExecuteSqlRawAsync(
            "INSERT INTO \"__EFMigrationsHistory\" VALUES ('99990101000000_FromTheFuture', '99')", TestDatabase.Ct);
        try
        {
            (await Should.ThrowAsync<DatabaseUnavailableException>(() => MigrateAsync(other))).Code.ShouldBe("database-newer");
        }
        finally
        {
            await db.Database.ExecuteSqlRawAsync(
                "DELETE FROM \"__EFMigrationsHistory\" WHERE \"MigrationId\" LIKE '9999%'", TestDatabase.Ct);
        }
    }

    private static async Task MigrateAsync(IServiceProvider services)
    {
        await using var db = await Contexts(services.GetRequiredService<IDbContextFactory<ClusterDbContext>>());
        await services.GetRequiredService<IDatabaseDialect>().MigrateAsync(db, TestDatabase.Ct);
    }

    private static Task<ClusterDbContext> Contexts(IDbContextFactory<ClusterDbContext> factory) =>
        factory.CreateDbContextAsync(TestDatabase.Ct);
}

public sealed class SchemaOnSqlite(SqliteDatabase database) : SchemaContract(database), IClassFixture<SqliteDatabase>;

public sealed class SchemaOnPostgreSql(PostgreSqlDatabase database) : SchemaContract(database), IClassFixture<PostgreSqlDatabase>;
