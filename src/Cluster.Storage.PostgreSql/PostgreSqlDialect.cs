using System.Data;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Cluster.Storage.PostgreSql;

/// <summary>Units of work on PostgreSQL: READ COMMITTED under row locks for writers, one REPEATABLE READ snapshot for readers.</summary>
internal sealed class PostgreSqlDialect(NpgsqlDataSource source, TimeProvider clock) : IDatabaseDialect
{
    private const string Channel = "cluster_changes";
    private const int MigrationAttempts = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MigrationPause = TimeSpan.FromMilliseconds(200);

    public string ClusterLock => "SELECT * FROM clusters WHERE id = {0} FOR NO KEY UPDATE";

    public string? InstallationLock => "SELECT 1 FROM installations FOR NO KEY UPDATE";

    public Task<IDisposable> WaitForTurnAsync(CancellationToken ct) => Task.FromResult<IDisposable>(NoTurn.Instance);

    public Task<IDbContextTransaction> BeginReadAsync(ClusterDbContext db, CancellationToken ct) =>
        db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);

    public Task<IDbContextTransaction> BeginWriteAsync(ClusterDbContext db, CancellationToken ct) =>
        db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, ct);

    public DatabaseFault Classify(Exception exception) => PostgreSqlFaults.Classify(exception);

    public async Task ListenAsync(Action changed, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await ListenOnceAsync(changed, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (Classify(e) != DatabaseFault.Other)
            {
                await Task.Delay(Pause, clock, ct).ConfigureAwait(false);
            }
        }
    }

    public Task NotifyAsync(ClusterDbContext db, CancellationToken ct) => db.Database.ExecuteSqlRawAsync("NOTIFY " + Channel, ct);

    public async Task MigrateAsync(ClusterDbContext db, CancellationToken ct)
    {
        try
        {
            await SchemaVersion.RefuseNewerAsync(db, ct).ConfigureAwait(false);
            await MigrateBesideOthersAsync(db, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not DatabaseUnavailableException && Classify(e) is not DatabaseFault.Other)
        {
            throw new DatabaseUnavailableException($"The database cannot be used: {e.GetBaseException().Message}", e);
        }
    }

    // A migration is one transaction, but the lock ends with it: managers that start together can both take the next one up.
    // Whoever comes second finds it there, is rolled back, and looks anew for what is left.
    private async Task MigrateBesideOthersAsync(ClusterDbContext db, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await db.Database.MigrateAsync(ct).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e) when (attempt < MigrationAttempts && IsThereAlready(e))
            {
                await Task.Delay(MigrationPause, clock, ct).ConfigureAwait(false);
            }
        }
    }

    private static bool IsThereAlready(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.DuplicateColumn
            or PostgresErrorCodes.DuplicateTable
            or PostgresErrorCodes.DuplicateObject
            or PostgresErrorCodes.UniqueViolation;

    private async Task ListenOnceAsync(Action changed, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct).ConfigureAwait(false);
        connection.Notification += (_, _) => changed();
        await using (var listen = new NpgsqlCommand("LISTEN " + Channel, connection))
        {
            await listen.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }

        while (true) await connection.WaitAsync(ct).ConfigureAwait(false);
    }

    private sealed class NoTurn : IDisposable
    {
        public static readonly NoTurn Instance = new();

        public void Dispose()
        {
        }
    }
}
