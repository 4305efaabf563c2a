using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;

namespace Cluster.Storage.Units;

/// <summary>How far the history of a cluster has come.</summary>
/// <param name="ClusterId">The cluster; <see cref="Guid.Empty"/> = the installation, which has an audit chain only.</param>
/// <param name="EpochNumber">Number of its epoch.</param>
/// <param name="EpochId">Random id of its epoch.</param>
/// <param name="Revision">Highest revision.</param>
public readonly record struct HistoryMark(Guid ClusterId, long EpochNumber, Guid EpochId, long Revision)
{
    /// <summary>Head of its audit chain; null = not looked at.</summary>
    public AuditHead? Audit { get; init; }

    /// <summary>The mark that a cluster's row stands for.</summary>
    public static HistoryMark Of(ManagedCluster cluster) => new(cluster.Id, cluster.EpochNumber, cluster.EpochId, cluster.Revision);
}

/// <summary>Remembers outside the database how far histories have come, and refuses to write on a database that is behind.</summary>
public interface IWriteGuard
{
    /// <summary>Looks at what the database says about a cluster before a unit writes to it.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is behind what this manager has seen.</exception>
    void Check(HistoryMark stored);

    /// <summary>Takes note of what a committed unit left behind.</summary>
    void Advance(HistoryMark committed);
}

/// <summary>A guard that remembers nothing: for tools and tests that work on a database alone.</summary>
public sealed class NoWriteGuard : IWriteGuard
{
    /// <inheritdoc/>
    public void Check(HistoryMark stored)
    {
    }

    /// <inheritdoc/>
    public void Advance(HistoryMark committed)
    {
    }
}
