using Cluster.Contracts.Files;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Sqlite;

/// <summary>
/// Brings the schema up to date under a lock file, which the system takes away with a killed process. (The lock row that the
/// framework leaves in the database when it is killed would block every later start.)
/// </summary>
internal sealed class SqliteMigration(string path)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(ClusterDbContext db, CancellationToken ct)
    {
        try
        {
            await using var alone = await LockAsync(ct).ConfigureAwait(false);
            // Born with the mode of a secret; SQLite gives its log the mode of the database.
            AtomicFile.TryCreate(path, []);
            await MigrateAsync(db, ct).ConfigureAwait(false);
        }
        catch (Microsoft.Data.Sqlite.SqliteException e)
        {
            throw new DatabaseUnavailableException($"The database {path} cannot be used: {e.Message}", e);
        }
    }

    private static async Task MigrateAsync(ClusterDbContext db, CancellationToken ct)
    {
        await SchemaVersion.RefuseNewerAsync(db, ct).ConfigureAwait(false);
        if (!(await db.Database.GetPendingMigrationsAsync(ct).ConfigureAwait(false)).Any()) return;
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", ct).ConfigureAwait(false);
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS __EFMigrationsLock", ct).ConfigureAwait(false);
        await db.Database.MigrateAsync(ct).ConfigureAwait(false);
    }

    private async Task<FileStream> LockAsync(CancellationToken ct)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path + ".lock", options);
            }
            catch (IOException) when (Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            {
                // Another manager migrates; it takes seconds at most.
                await Task.Delay(Pause, TimeProvider.System, ct).ConfigureAwait(false);
            }
        }
    }
}
