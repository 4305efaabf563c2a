using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Units;

/// <summary>Compares the schema of a database with what this program knows.</summary>
public static class SchemaVersion
{
    /// <summary>Refuses a database that a newer program has migrated: this one could misread or damage it.</summary>
    /// <exception cref="DatabaseUnavailableException">The database has migrations that this program does not know.</exception>
    public static async Task RefuseNewerAsync(ClusterDbContext db, CancellationToken ct)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var unknown = (await db.Database.GetAppliedMigrationsAsync(ct).ConfigureAwait(false)).Where(m => !known.Contains(m)).ToList();
        if (unknown.Count == 0) return;
        throw new DatabaseUnavailableException(
            $"The database was migrated by a newer version ({unknown[^1]}); start that version, or one after it.")
        {
            Code = "database-newer",
        };
    }
}
