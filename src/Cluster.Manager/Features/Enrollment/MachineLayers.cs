using Cluster.Contracts.Levels;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Why a machine's layer ends, as its revision says it.</summary>
/// <param name="Author">Who ends it.</param>
/// <param name="Action">Action of the audit event.</param>
/// <param name="Comment">Comment of the revision.</param>
internal sealed record LayerEnd(string Author, string Action, string Comment)
{
    /// <summary>How the commit came about.</summary>
    public CommitKind Kind { get; init; }

    /// <summary>Trace id of the request; empty = none.</summary>
    public string TraceId { get; init; } = "";
}

/// <summary>Empties a machine's layer; versions and keys of its certificates stay, numbered on.</summary>
internal sealed class MachineLayers(SnapshotStore snapshots, CommitEngine engine)
{
    /// <summary>Deletes every item of the machine's level by a revision of its own, in the caller's unit of work.</summary>
    /// <returns>Why not; null = the layer is empty.</returns>
    public async Task<Failure?> EmptyAsync(ClusterDbContext db, Machine machine, LayerEnd end, CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(machine.ClusterId, ct) is not { } cluster) return CommitFailures.NoCluster;
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var edits = ChangeSetRules.Emptying(running, LevelKind.Machine, machine.Id);
        if (edits.Count == 0) return null;
        var order = new CommitOrder
        {
            ClusterId = cluster.Id,
            Author = end.Author,
            Comment = end.Comment,
            Action = end.Action,
            TraceId = end.TraceId,
            Edits = edits,
            Kind = end.Kind,
        };
        return (await engine.CommitAsync(db, order, ct)).Failure;
    }
}
