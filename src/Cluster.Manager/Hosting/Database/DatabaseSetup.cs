using Cluster.Manager.Hosting.Units;
using Cluster.Storage.PostgreSql;
using Cluster.Storage.Secrets;
using Cluster.Storage.Sqlite;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Database;

/// <summary>The database: SQLite in the data directory, or PostgreSQL; its keys; what is remembered beside it.</summary>
internal static class DatabaseSetup
{
    private const string KeyVariable = "CLUSTER_MANAGER__KEK";
    private const string CredentialDirectoryVariable = "CREDENTIALS_DIRECTORY";

    /// <summary>Adds storage with everything that a running manager needs around it.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, ManagerOptions options)
    {
        services.AddDatabaseTools(options);
        services.AddHostedService<ChangeWatcher>();
        services.AddHostedService(s => s.GetRequiredService<HistoryFile>());
        services.AddHostedService(s => s.GetRequiredService<FleetMemory>());
        return services;
    }

    /// <summary>Adds storage for a verb that works on it and ends.</summary>
    public static IServiceCollection AddDatabaseTools(this IServiceCollection services, ManagerOptions options)
    {
        services.AddSingleton(KekSource.Find(
            options.KeyEncryptionKeyFile,
            Environment.GetEnvironmentVariable(KeyVariable),
            Environment.GetEnvironmentVariable(CredentialDirectoryVariable),
            options.PathOf("kek")));
        services.AddSingleton(s => s.GetRequiredService<KekSource>().ToRing());
        services.AddSingleton<EnvelopeCipher>();
        services.AddSingleton(
            s => new HistoryFile(
                options.PathOf("history.json"), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<HistoryFile>>()));
        services.AddSingleton<IWriteGuard>(s => s.GetRequiredService<HistoryFile>());
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<FleetMemory>(s, options.PathOf("fleet.json")));
        services.AddSingleton<DatabaseStart>();
        services.AddSingleton<UnitRunner>();
        return options.Database is { } connection
            ? services.AddPostgreSqlStorage(connection)
            : services.AddSqliteStorage(options.PathOf("cluster.db"));
    }
}
