using Cluster.Testing.PostgreSql;

namespace Cluster.Manager.Tests.Hosting;

/// <summary>
/// The database that managers of these tests run on: SQLite in their data directory, or, with
/// CLUSTER_TEST_MANAGERS_ON=postgresql, a PostgreSQL database each. The same tests hold on both.
/// </summary>
internal static class ManagerDatabases
{
    private static readonly Lazy<Task<PostgreSqlServer>> Server = new(() => PostgreSqlServer.StartAsync());

    /// <summary>The connection string for a new manager; null = SQLite.</summary>
    public static async Task<string?> NewAsync() =>
        Environment.GetEnvironmentVariable("CLUSTER_TEST_MANAGERS_ON") == "postgresql"
            ? await (await Server.Value).CreateDatabaseAsync("manager")
            : null;
}
