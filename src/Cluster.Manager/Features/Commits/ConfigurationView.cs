using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Problems;
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
    public async Task<Outcome<ConfigurationView>> ReadAsync(ClusterDbContext db, Guid clusterId, Guid? changeSetId, CancellationToken ct)
    {
        var cluster = await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == clusterId, ct);
        if (cluster is null) return CommitFailures.NoCluster;
        var running = await snapshots.RunningAsync(db, cluster, ct);
        if (changeSetId is not { } id) return new ConfigurationView(cluster, running, running);
        var open = await Staging.OpenAsync(db, clusterId, id, ct);
        if (!open.Succeeded) return open.Failure;
        var edits = await staging.EditsAsync(db, id, ct);
        return new ConfigurationView(cluster, running, ChangeSetRules.Overlay(running, edits, open.Value.Author));
    }

    /// <summary>Reads it for a request, header <c>Change-Set</c> included.</summary>
    public async Task<Outcome<ConfigurationView>> ReadAsync(HttpContext context, ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var changeSet = WriteRequest.ChangeSetOf(context);
        return changeSet.Succeeded ? await ReadAsync(db, clusterId, changeSet.Value, ct) : changeSet.Failure;
    }
}
