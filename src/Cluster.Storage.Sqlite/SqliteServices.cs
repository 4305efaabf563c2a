using Cluster.Storage.Units;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cluster.Storage.Sqlite;

/// <summary>Wiring of the embedded database.</summary>
public static class SqliteServices
{
    /// <summary>Adds storage in an SQLite file, which is made when it is not there (mode 0600; its directory must exist).</summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="path">The database file.</param>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string path)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = true,
            DefaultTimeout = 30
        };
        services.AddSingleton<IDatabaseDialect>(_ => new SqliteDialect(path));
        services.AddSingleton<IDbContextFactory<ClusterDbContext>>(_ => new Contexts(connection.ConnectionString));
        return services.AddClusterStorage();
    }

    private sealed class Contexts(string connection) : IDbContextFactory<ClusterDbContext>
    {
        private readonly DbContextOptions<SqliteClusterDbContext> options = new DbContextOptionsBuilder<SqliteClusterDbContext>()
            .UseSqlite(connection)
            .AddInterceptors(new SqliteConnections(), new NulGuard())
            .Options;

        public ClusterDbContext CreateDbContext() => new SqliteClusterDbContext(options);
    }
}
