using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Cluster.Storage.Sqlite;

/// <summary>The model on SQLite: instants are integers (microseconds since 1970), text is compared by bytes.</summary>
public sealed class SqliteClusterDbContext(DbContextOptions<SqliteClusterDbContext> options) : ClusterDbContext(options)
{
    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();
    }

    private sealed class InstantConverter() : ValueConverter<DateTimeOffset, long>(
        at => Instants.ToMicroseconds(at), stored => Instants.FromMicroseconds(stored));
}

/// <summary>Makes the context for the tool that writes migrations.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteClusterDbContext>
{
    public SqliteClusterDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteClusterDbContext>().UseSqlite("Data Source=:memory:").Options);
}
