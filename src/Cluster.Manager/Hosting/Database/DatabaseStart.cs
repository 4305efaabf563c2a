using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Installation;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Database;

/// <summary>Brings the database to where a manager may work on it: schema up to date, right key at hand, history not behind.</summary>
internal sealed class DatabaseStart(
    IDbContextFactory<ClusterDbContext> contexts,
    IDatabaseDialect dialect,
    ClusterDatabase database,
    KekSource source,
    EnvelopeCipher cipher,
    HistoryFile history)
{
    /// <summary>
    /// Migrates the schema, makes the key-encryption key if the database is empty and there is none, proves it if the database
    /// is not empty, and compares histories. What an empty database gets first is up to the caller.
    /// </summary>
    /// <exception cref="StartRefusedException">The manager must not start as things are.</exception>
    public async Task PrepareAsync(InstallationKeys keys, CancellationToken ct)
    {
        try
        {
            await MigrateAsync(ct);
            var installation = await database.ReadAsync((db, token) => db.Installations.SingleOrDefaultAsync(token), ct);
            if (installation is null) EnsureKey();
            else keys.Load(installation, cipher);
            await CompareHistoriesAsync(ct);
        }
        catch (SealedRecordException e)
        {
            throw new StartRefusedException($"The database does not open with the key-encryption key at hand: {e.Message}", e);
        }
        catch (DatabaseUnavailableException e)
        {
            throw new StartRefusedException(e.Message, e);
        }
    }

    /// <summary>Brings the schema up to date.</summary>
    /// <exception cref="DatabaseUnavailableException">It cannot be reached, or is newer than this program.</exception>
    public async Task MigrateAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await dialect.MigrateAsync(db, ct);
    }

    // The key is durable before anything is sealed with it. Two managers that start in one directory at once agree through the file system.
    private void EnsureKey()
    {
        if (!source.Exists && source.Given)
        {
            throw new StartRefusedException(
                $"There is no key-encryption key in {source.Path}; put one there, or leave it to the data directory.");
        }

        if (!source.Exists) source.TryCreate();
    }

    private async Task CompareHistoriesAsync(CancellationToken ct)
    {
        history.Load();
        var stored = await database.ReadAsync(HistoriesAsync, ct);
        if (history.FindBehind(stored) is { } problem)
        {
            throw new StartRefusedException(
                $"The database is older than what this manager has seen ({problem}). Restore the newer database, or declare this one "
                    + "valid: cluster-manager epoch raise.");
        }
    }

    /// <summary>What the database says of all histories, with the hash that its audit chains have where a noted head is.</summary>
    private async Task<IReadOnlyList<HistoryMark>> HistoriesAsync(ClusterDbContext db, CancellationToken ct)
    {
        var marks =
            (await db.Clusters.ToListAsync(ct)).Select(HistoryMark.Of).Append(new HistoryMark(Guid.Empty, 0, Guid.Empty, 0)).ToList();
        for (var i = 0; i < marks.Count; i++)
        {
            var head = history.NotedHead(marks[i].ClusterId) is { Sequence: > 0 } noted
                ? await AuditTrail.AtAsync(db, marks[i].ClusterId, noted.Sequence, ct)
                : null;
            marks[i] = marks[i] with { Audit = head };
        }

        return marks;
    }
}
