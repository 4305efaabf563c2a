using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Cluster.Storage.PostgreSql;

/// <summary>Wiring of PostgreSQL.</summary>
public static class PostgreSqlServices
{
    /// <summary>Adds storage in a PostgreSQL database, which must exist.</summary>
    /// <param name="services">The services of the program.</param>
    /// <param name="connection">A connection string, for example <c>Host=db;Database=cluster;Username=cluster</c>.</param>
    public static IServiceCollection AddPostgreSqlStorage(this IServiceCollection services, string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (string.IsNullOrEmpty(settings.ApplicationName)) settings.ApplicationName = "cluster-manager";
        if (settings.KeepAlive == 0) settings.KeepAlive = 20;
        services.AddSingleton(_ => NpgsqlDataSource.Create(settings));
        services.AddSingleton<IDatabaseDialect, PostgreSqlDialect>();
        services.AddSingleton<IDbContextFactory<ClusterDbContext>, Contexts>();
        return services.AddClusterStorage();
    }

    private sealed class Contexts(NpgsqlDataSource source) : IDbContextFactory<ClusterDbContext>
    {
        private readonly DbContextOptions<PostgreSqlClusterDbContext> options = new DbContextOptionsBuilder<PostgreSqlClusterDbContext>()
            .UseNpgsql(source)
            .AddInterceptors(new NulGuard())
            .Options;

        public ClusterDbContext CreateDbContext() => new PostgreSqlClusterDbContext(options);
    }
}
