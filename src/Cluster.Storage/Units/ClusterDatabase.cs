using Cluster.Domain.Failures;
using Cluster.Storage.Changes;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Units;

/// <summary>
/// The one way to the database: whole units of work. A unit may run more than once (a lost race is repeated with a fresh
/// context), so it touches nothing but its context; network, files and other side effects belong behind
/// <see cref="WriteUnit.AfterCommit"/>.
/// </summary>
public sealed class ClusterDatabase
{
    private const int MaxAttempts = 8;
    private static readonly AsyncLocal<bool> Writing = new();

    private readonly IDbContextFactory<ClusterDbContext> contexts;
    private readonly IDatabaseDialect dialect;
    private readonly ChangeSignal signal;
    private readonly IWriteGuard guard;
    private readonly TimeProvider clock;

    /// <summary>Made once per process.</summary>
    public ClusterDatabase(
        IDbContextFactory<ClusterDbContext> contexts, IDatabaseDialect dialect, ChangeSignal signal, IWriteGuard guard, TimeProvider clock)
    {
        this.contexts = contexts;
        this.dialect = dialect;
        this.signal = signal;
        this.guard = guard;
        this.clock = clock;
    }

    /// <summary>Runs a unit that only reads. All of its queries see the same snapshot; saving is refused.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached now.</exception>
    public Task<T> ReadAsync<T>(Func<ClusterDbContext, CancellationToken, Task<T>> work, CancellationToken ct) =>
        AttemptAsync(token => ReadOnceAsync(work, token), ct);

    /// <summary>
    /// Runs a unit in one transaction and commits it. With a cluster, the unit starts with the cluster's lock (one writer of a
    /// cluster at a time) and others are told that the cluster changed; without, it holds no lock and tells only what it names by
    /// <see cref="WriteUnit.Announce"/>.
    /// </summary>
    /// <param name="clusterId">The cluster whose lock is taken first; null = none.</param>
    /// <param name="work">
    /// The unit. When it returns an <see cref="Outcome{T}"/> with a failure, called <see cref="WriteUnit.RollBack"/> (dry run) or
    /// throws, nothing is stored.
    /// </param>
    /// <param name="ct">Cancels until the commit starts.</param>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached, or is one that must not be written.</exception>
    public Task<T> WriteAsync<T>(Guid? clusterId, Func<ClusterDbContext, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        if (Writing.Value) throw new InvalidOperationException("A unit of work is running already; do everything in that one.");
        return AttemptAsync(token => WriteOnceAsync(clusterId, work, token), ct);
    }

    private async Task<T> ReadOnceAsync<T>(Func<ClusterDbContext, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct).ConfigureAwait(false);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        await using var transaction = await dialect.BeginReadAsync(db, ct).ConfigureAwait(false);
        return await work(db, ct).ConfigureAwait(false);
    }

    private async Task<T> WriteOnceAsync<T>(Guid? clusterId, Func<ClusterDbContext, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        using var turn = await dialect.WaitForTurnAsync(ct).ConfigureAwait(false);
        WriteUnit unit;
        T result;
        await using (var db = await contexts.CreateDbContextAsync(ct).ConfigureAwait(false))
        {
            (unit, result) = await InTransactionAsync(db, clusterId, work, ct).ConfigureAwait(false);
        }

        turn.Dispose();
        if (unit.Committed) await TellAsync(unit).ConfigureAwait(false);
        return result;
    }

    private async Task<(WriteUnit Unit, T Result)> InTransactionAsync<T>(
        ClusterDbContext db, Guid? clusterId, Func<ClusterDbContext, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        var unit = db.Begin(dialect, guard);
        await using var transaction = await dialect.BeginWriteAsync(db, ct).ConfigureAwait(false);
        if (clusterId is { } id && await unit.LockClusterAsync(id, ct).ConfigureAwait(false) is not null) unit.Announce(id);

        Writing.Value = true;
        var result = await work(db, ct).ConfigureAwait(false);
        if (unit.RolledBack || result is IOutcome { Failure: not null }) return (unit, result);
        if (UnitCompanion.Current is { } companion) await companion.JoinAsync(db, ct).ConfigureAwait(false);
        await unit.FinishAsync(ct).ConfigureAwait(false);
        await CommitAsync(transaction, unit).ConfigureAwait(false);
        return (unit, result);
    }

    // Once the commit is on its way it is not cancelled, and a connection that breaks then leaves open whether it happened: never repeated.
    private async Task CommitAsync(Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, WriteUnit unit)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (dialect.Classify(e) == DatabaseFault.Unavailable)
        {
            throw new DatabaseUnavailableException(
                "The database was lost during the commit; whether it took effect is open.", e) { OutcomeUnknown = true };
        }

        unit.Committed = true;
    }

    private async Task TellAsync(WriteUnit unit)
    {
        foreach (var mark in unit.Marks) guard.Advance(mark);
        foreach (var hook in unit.Hooks) await hook().ConfigureAwait(false);
        signal.Raise(unit.Announced);
    }

    private async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> once, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            DatabaseFault fault;
            try
            {
                return await once(ct).ConfigureAwait(false);
            }
            catch (DbUpdateException e) when (e.InnerException is ForbiddenCharacterException)
            {
                throw new ForbiddenCharacterException();
            }
            catch (Exception e) when ((fault = Judge(e, attempt)) != DatabaseFault.Other)
            {
                if (fault == DatabaseFault.Unavailable) throw new DatabaseUnavailableException("The database cannot be reached now.", e);
            }

            await Task.Delay(RetryDelay.Before(attempt), clock, ct).ConfigureAwait(false);
        }
    }

    private DatabaseFault Judge(Exception exception, int attempt)
    {
        if (exception is DatabaseUnavailableException) return DatabaseFault.Other;
        return dialect.Classify(exception) switch
        {
            DatabaseFault.LostRace when attempt < MaxAttempts => DatabaseFault.LostRace,
            DatabaseFault.LostRace => DatabaseFault.Unavailable,
            // A connection from the pool may have died with a restart of the server; a fresh one tells.
            DatabaseFault.StaleConnection when attempt == 1 => DatabaseFault.LostRace,
            DatabaseFault.StaleConnection => DatabaseFault.Unavailable,
            // Somebody else's row came first; the repeated unit sees it and says so as a value.
            DatabaseFault.NotUnique when attempt <= 2 => DatabaseFault.LostRace,
            DatabaseFault.NotUnique => DatabaseFault.Other,
            var fault => fault,
        };
    }
}
