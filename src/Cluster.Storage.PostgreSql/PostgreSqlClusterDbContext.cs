using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Cluster.Storage.PostgreSql;

/// <summary>The model on PostgreSQL: instants are <c>timestamptz</c>, text is compared by bytes whatever the server's locale.</summary>
public sealed class PostgreSqlClusterDbContext(DbContextOptions<PostgreSqlClusterDbContext> options) : ClusterDbContext(options)
{
    private const string ByBytes = "C";

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation(ByBytes);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<InstantConverter>();
    }

    /// <inheritdoc/>
    protected override void StoreAsText<T>(ModelConfigurationBuilder builder)
    {
        base.StoreAsText<T>(builder);
        builder.Properties<T>().UseCollation(ByBytes);
    }

    private sealed class InstantConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(at => Instants.Cut(at), stored => stored);
}

/// <summary>Makes the context for the tool that writes migrations; it never connects.</summary>
internal sealed class PostgreSqlDesignTime : IDesignTimeDbContextFactory<PostgreSqlClusterDbContext>
{
    public PostgreSqlClusterDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgreSqlClusterDbContext>().UseNpgsql("Host=localhost").Options);
}
