using Cluster.Storage.Units;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Cluster.Storage.Sqlite;

/// <summary>
/// Units of work on SQLite. Writers of one process queue here, in order and without polling; against other processes there is
/// BEGIN IMMEDIATE and the busy time-out. A write transaction is alone, so no row needs a lock.
/// </summary>
internal sealed class SqliteDialect(string path) : IDatabaseDialect, IDisposable
{
    private readonly SemaphoreSlim writer = new(1, 1);

    public string ClusterLock => "SELECT * FROM clusters WHERE id = {0}";

    public string? InstallationLock => null;

    public async Task<IDisposable> WaitForTurnAsync(CancellationToken ct)
    {
        await writer.WaitAsync(ct).ConfigureAwait(false);
        return new Turn(writer);
    }

    public async Task<IDbContextTransaction> BeginReadAsync(ClusterDbContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct).ConfigureAwait(false);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        // Deferred: it takes no lock before the first query and never the writer's.
        return (await db.Database.UseTransactionAsync(connection.BeginTransaction(deferred: true), ct).ConfigureAwait(false))!;
    }

    public async Task<IDbContextTransaction> BeginWriteAsync(ClusterDbContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct).ConfigureAwait(false);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        return (await db.Database.UseTransactionAsync(connection.BeginTransaction(deferred: false), ct).ConfigureAwait(false))!;
    }

    public DatabaseFault Classify(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is SqliteException sqlite) return Classify(sqlite);
        }

        return DatabaseFault.Other;
    }

    public Task ListenAsync(Action changed, CancellationToken ct) => Task.CompletedTask;

    public Task NotifyAsync(ClusterDbContext db, CancellationToken ct) => Task.CompletedTask;

    public Task MigrateAsync(ClusterDbContext db, CancellationToken ct) => new SqliteMigration(path).RunAsync(db, ct);

    public void Dispose() => writer.Dispose();

    // Primary result codes, https://www.sqlite.org/rescode.html.
    private static DatabaseFault Classify(SqliteException e) => (e.SqliteErrorCode, e.SqliteExtendedErrorCode) switch
    {
        (5 or 6, _) => DatabaseFault.LostRace,
        (19, 2067 or 1555) => DatabaseFault.NotUnique,
        (8 or 10 or 11 or 13 or 14 or 26, _) => DatabaseFault.Unavailable,
        _ => DatabaseFault.Other,
    };

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        private int ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0) writer.Release();
        }
    }
}
