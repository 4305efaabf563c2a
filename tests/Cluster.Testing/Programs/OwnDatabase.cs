using Cluster.Testing.Processes;

namespace Cluster.Testing.Programs;

/// <summary>A database of a test's own on a PostgreSQL server; dropped when disposed.</summary>
public sealed class OwnDatabase : IAsyncDisposable
{
    private readonly string server;
    private readonly string name;

    private OwnDatabase(string server, string name)
    {
        this.server = server;
        this.name = name;
    }

    /// <summary>Where it is.</summary>
    public string ConnectionString => $"{WithoutDatabase(server)};Database={name}";

    /// <summary>Makes one; null when no server is given.</summary>
    public static async Task<OwnDatabase?> CreateAsync(string? server)
    {
        if (string.IsNullOrEmpty(server))
        {
            return null;
        }

        var database = new OwnDatabase(server, $"test_{Guid.NewGuid():N}");
        await database.PsqlAsync($"CREATE DATABASE {database.name}");
        return database;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await PsqlAsync($"DROP DATABASE {name} WITH (FORCE)");

    private static string WithoutDatabase(string server) =>
        string.Join(';', server.Split(';').Where(p => p.Length > 0 && !p.StartsWith("Database=", StringComparison.OrdinalIgnoreCase)));

    private async Task PsqlAsync(string statement)
    {
        var parts = server.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .ToDictionary(p => p[0].Trim(), p => p[1], StringComparer.OrdinalIgnoreCase);
        string[] arguments = [
            "-h",
            parts["Host"],
            "-p",
            parts.GetValueOrDefault("Port", "5432"),
            "-U",
            parts.GetValueOrDefault("Username", "postgres"),
            "-d",
            "postgres",
            "-qc",
            statement
        ];
        var environment =
            parts.TryGetValue("Password", out var password) ? new Dictionary<string, string> { ["PGPASSWORD"] = password } : [];
        (await Command.RunAsync("/usr/bin/psql", arguments, environment: environment)).Ok();
    }
}
