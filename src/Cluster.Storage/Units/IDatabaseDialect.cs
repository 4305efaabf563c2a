using Microsoft.EntityFrameworkCore.Storage;

namespace Cluster.Storage.Units;

/// <summary>What differs between the databases: how transactions begin, how rows are locked, what errors mean.</summary>
public interface IDatabaseDialect
{
    /// <summary>Waits until this process may begin a write; disposing (more than once is allowed) lets the next one in.</summary>
    Task<IDisposable> WaitForTurnAsync(CancellationToken ct);

    /// <summary>Begins a transaction that sees one snapshot and never waits for writers.</summary>
    Task<IDbContextTransaction> BeginReadAsync(ClusterDbContext db, CancellationToken ct);

    Task<IDbContextTransaction> BeginWriteAsync(ClusterDbContext db, CancellationToken ct);

    /// <summary>
    /// SQL that selects the row of cluster <c>{0}</c> and, where a write transaction is not alone anyway, locks it against other
    /// writers.
    /// </summary>
    string ClusterLock { get; }

    /// <summary>SQL that locks the installation's row against other writers; null where a write transaction is alone anyway.</summary>
    string? InstallationLock { get; }

    /// <summary>Judges an exception, whatever wraps it.</summary>
    DatabaseFault Classify(Exception exception);

    /// <summary>
    /// Calls back whenever another process says that something changed; returns when cancelled. Only saves time: the counters are
    /// compared anyway.
    /// </summary>
    Task ListenAsync(Action changed, CancellationToken ct);

    /// <summary>Tells other processes, with the commit, that something changed; nothing where that is not possible.</summary>
    Task NotifyAsync(ClusterDbContext db, CancellationToken ct);

    /// <summary>Brings the schema up to date under a lock; safe when several managers start at once.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is newer than this program, or cannot be reached.</exception>
    Task MigrateAsync(ClusterDbContext db, CancellationToken ct);
}

/// <summary>What a database error means for the unit that met it.</summary>
public enum DatabaseFault
{
    /// <summary>Not a matter of the database's state: a bug.</summary>
    Other,

    /// <summary>A serialization failure, deadlock or busy database: the same unit succeeds later.</summary>
    LostRace,

    /// <summary>A unique index refused a row.</summary>
    NotUnique,

    /// <summary>The connection was dead when it was used; another may work.</summary>
    StaleConnection,

    /// <summary>The database cannot be reached, opened, read or written.</summary>
    Unavailable,
}
