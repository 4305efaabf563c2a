using Cluster.Contracts.Levels;
using Cluster.Contracts.Problems;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Settings;
using Cluster.Storage;

namespace Cluster.Manager.Features.TlsProtocols;

/// <summary>Why there is nothing to show or to write.</summary>
internal static class BlocksNotDefined
{
    /// <summary>The level defines no block; says which farther level defines any.</summary>
    public static async Task<Failure> AtAsync(ClusterDbContext db, ItemLevel level, ConfigurationSnapshot snapshot, CancellationToken ct)
    {
        if (level.Kind == LevelKind.Cluster)
            return new Failure(FailureCategory.NotFound, ProblemCodes.NotFound, "The cluster defines no TLS protocols.");
        return await SettingsFailures.NotDefinedAsync(
            db, "TLS protocols", level, (kind, id) => LevelBlocks.At(snapshot, kind, id).Items.Count > 0, snapshot.ClusterId, ct);
    }
}
