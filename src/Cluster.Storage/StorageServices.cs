using Cluster.Storage.Audit;
using Cluster.Storage.Changes;
using Cluster.Storage.Installation;
using Cluster.Storage.Units;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cluster.Storage;

/// <summary>Wiring that both databases share; call <c>AddSqliteStorage</c> or <c>AddPostgreSqlStorage</c>, which call this.</summary>
public static class StorageServices
{
    /// <summary>
    /// Adds units of work, audit trail, change signal and the installation's keys. The caller adds a <c>KekRing</c> and an
    /// <c>EnvelopeCipher</c>, and an <see cref="IWriteGuard"/> if histories are remembered outside the database.
    /// </summary>
    public static IServiceCollection AddClusterStorage(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IWriteGuard, NoWriteGuard>();
        services.TryAddSingleton<ChangeSignal>();
        services.TryAddSingleton<ChangeWatch>();
        services.TryAddSingleton<InstallationKeys>();
        services.TryAddSingleton<AuditTrail>();
        services.TryAddSingleton<ClusterDatabase>();
        return services;
    }
}
