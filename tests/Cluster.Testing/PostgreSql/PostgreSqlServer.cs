using System.Security.Cryptography;
using Cluster.Testing.Processes;
using Npgsql;
using Testcontainers.PostgreSql;

namespace Cluster.Testing.PostgreSql;

/// <summary>
/// A PostgreSQL server for tests: the one that CLUSTER_TEST_POSTGRES names by a connection string (its user must be allowed to
/// create databases); one in a container where it says <c>container</c> or <c>container:IMAGE</c> (needs a Docker engine); else
/// Debian's binaries on loopback, run by an unprivileged user on a data directory of their own.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private const string Variable = "CLUSTER_TEST_POSTGRES";
    private const string InContainer = "container";
    private const string DefaultImage = "postgres:15-alpine";
    private readonly string connection;
    private readonly PostgreSqlProcess? process;
    private readonly PostgreSqlContainer? container;

    private PostgreSqlServer(string connection, PostgreSqlProcess? process = null, PostgreSqlContainer? container = null)
    {
        this.connection = connection;
        this.process = process;
        this.container = container;
    }

    /// <summary>Why there is no server here; empty when there is one.</summary>
    public static string WhyNone => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } || PostgreSqlProcess.Installed
        ? ""
        : $"needs the package postgresql, or a server named by {Variable}";

    /// <summary>Whether this object runs the server, so that it can be stopped and started.</summary>
    public bool IsOwn => process is not null;

    /// <summary>Starts a server, or uses the given one.</summary>
    /// <param name="durable">False = commits do not wait for the disk: faster, and enough where nothing is killed or measured.</param>
    /// <param name="own">True = start one even if one is given, to stop it.</param>
    public static async Task<PostgreSqlServer> StartAsync(bool durable = false, bool own = false)
    {
        if (!own && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) return await GivenAsync(given);
        var process = await PostgreSqlProcess.StartAsync(durable);
        return new PostgreSqlServer(process.ConnectionString, process);
    }

    /// <summary>Makes an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string purpose = "test")
    {
        var name = $"cluster_{purpose}_{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        await using var admin = NpgsqlDataSource.Create(connection);
        await using var create = admin.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(connection) { Database = name }.ConnectionString;
    }

    /// <summary>Removes a database, whoever is still connected.</summary>
    public async Task DropDatabaseAsync(string databaseConnection)
    {
        var name = new NpgsqlConnectionStringBuilder(databaseConnection).Database;
        await using var admin = NpgsqlDataSource.Create(connection);
        await using var drop = admin.CreateCommand($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        await drop.ExecuteNonQueryAsync();
    }

    /// <summary>Ends the server as a crash does; its data stays.</summary>
    public Task CrashAsync() => Own().CrashAsync();

    /// <summary>Starts the server again on the same port and data.</summary>
    public Task RestartAsync() => Own().RunAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        if (container is not null) await container.DisposeAsync();
    }

    private static async Task<PostgreSqlServer> GivenAsync(string given)
    {
        if (given.Split(':', 2) is not [InContainer, ..] parts) return new PostgreSqlServer(given);
        var container = new PostgreSqlBuilder(parts.ElementAtOrDefault(1) ?? DefaultImage).Build();
        await container.StartAsync();
        return new PostgreSqlServer(container.GetConnectionString(), container: container);
    }

    private PostgreSqlProcess Own() => process ?? throw new InvalidOperationException("The server is not this test's own.");
}
