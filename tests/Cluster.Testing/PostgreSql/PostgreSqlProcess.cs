using Cluster.Testing.Processes;
using Npgsql;

namespace Cluster.Testing.PostgreSql;

/// <summary>Debian's PostgreSQL binaries on loopback, with a data directory that goes away.</summary>
internal sealed class PostgreSqlProcess : IAsyncDisposable
{
    private const string Root = "/usr/lib/postgresql";
    private readonly TestDirectory directory = new("postgres");
    private readonly int port = FreePort.Next();
    private readonly bool durable;
    private Daemon? server;

    private PostgreSqlProcess(bool durable)
    {
        this.durable = durable;
        AppDomain.CurrentDomain.ProcessExit += EndWithTests;
    }

    public static bool Installed =>
        Binaries is not null && (!Host.IsRoot || File.ReadAllText("/etc/passwd").Contains("\npostgres:", StringComparison.Ordinal));

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "cluster",
        Database = "postgres",
        Pooling = true,
        MaxPoolSize = 40,
        Timeout = 20,
    }.ConnectionString;

    private static string? Binaries => !Directory.Exists(Root)
        ? null
        : Directory.EnumerateDirectories(Root)
            .Select(d => Path.Combine(d, "bin"))
            .Where(d => File.Exists(Path.Combine(d, "initdb")))
            .Order(StringComparer.Ordinal)
            .LastOrDefault();

    private string Data => directory["data"];

    public static async Task<PostgreSqlProcess> StartAsync(bool durable)
    {
        var process = new PostgreSqlProcess(durable);
        try
        {
            await process.InitialiseAsync();
            await process.RunAsync();
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async Task RunAsync()
    {
        string[] settings = durable ? [] : ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];
        var (file, arguments) = AsUnprivileged(
            "postgres", ["-D", Data, "-h", "127.0.0.1", "-p", $"{port}", "-k", directory.Path, "-c", "max_connections=200", .. settings]);
        server = Daemon.Start(file, arguments);
        await Eventually.Has(PingAsync, answered => answered, "PostgreSQL answers");
    }

    public async Task CrashAsync()
    {
        if (server is not null) await server.KillAsync();
        NpgsqlConnection.ClearAllPools();
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= EndWithTests;
        if (server is not null) await server.DisposeAsync();
        directory.Dispose();
    }

    private async Task InitialiseAsync()
    {
        // A locale that orders text otherwise than by bytes, where the host has one, so that the tests would notice a missing collation.
        var locale = Directory.Exists("/usr/lib/locale/C.utf8") ? "C.UTF-8" : "C";
        if (Host.IsRoot) (await Command.RunAsync("/bin/chown", ["postgres", directory.Path])).Ok();
        var (file, arguments) = AsUnprivileged(
            "initdb", ["-D", Data, "-U", "cluster", "-A", "trust", "-E", "UTF8", "--locale", locale, "--no-sync"]);
        (await Command.RunAsync(file, arguments)).Ok();
    }

    // The server refuses to run as root.
    private static (string File, IReadOnlyList<string> Arguments) AsUnprivileged(string program, IReadOnlyList<string> arguments)
    {
        var path = Path.Combine(Binaries ?? throw new TestGaveUpException(PostgreSqlServer.WhyNone), program);
        return Host.IsRoot
            ? ("/usr/bin/setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments])
            : (path, arguments);
    }

    private async Task<bool> PingAsync()
    {
        if (server is { HasExited: true }) throw new TestGaveUpException($"PostgreSQL ended: {server.Output}");
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand("SELECT 1");
        return await command.ExecuteScalarAsync() is 1;
    }

    private void EndWithTests(object? sender, EventArgs e)
    {
        if (server is { HasExited: false }) Host.Kill(server.Pid);
    }
}
