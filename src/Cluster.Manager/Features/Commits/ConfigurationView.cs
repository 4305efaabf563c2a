using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Commits;

/// <summary>What a request sees: the running configuration, or with <c>Change-Set</c> the same overlaid with the staged edits.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Running">The running configuration.</param>
/// <param name="Shown">What the request sees.</param>
internal sealed record ConfigurationView(ManagedCluster Cluster, ConfigurationSnapshot Running, ConfigurationSnapshot Shown);

/// <summary>Reads what a request sees.</summary>
internal sealed class ConfigurationViews(SnapshotStore snapshots, Staging staging)
{
    /// <summary>Reads it in the given unit of work.</summary>
    /// <param name="db">Context of the unit.</param>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="changeSetId">The change set of the header; null = none.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ConfigurationView> ReadAsync(ClusterDbContext db, Guid clusterId, Guid? changeSetId, CancellationToken ct)
    {
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == clusterId, ct);
        if (cluster is null) throw new RefusedException(CommitFailures.NoCluster);
        var running = await snapshots.RunningAsync(db, cluster, ct);
        if (changeSetId is not { } id) return new ConfigurationView(cluster, running, running);
        var open = await Staging.OpenAsync(db, clusterId, id, ct);
        var edits = await staging.EditsAsync(db, id, ct);
        return new ConfigurationView(cluster, running, ChangeSetRules.Overlay(running, edits, open.Author));
    }

    /// <summary>Reads it for a request, header <c>Change-Set</c> included.</summary>
    public Task<ConfigurationView> ReadAsync(HttpContext context, ClusterDbContext db, Guid clusterId, CancellationToken ct) =>
        ReadAsync(db, clusterId, WriteRequest.ChangeSetOf(context).OrRefuse(), ct);
}
