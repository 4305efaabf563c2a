using Cluster.Contracts.Levels;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Fleet;

namespace Cluster.Manager.Features.Enrollment;

/// <summary>Empties a machine's layer for a rejoin that starts afresh; versions and keys of its certificates stay, numbered on.</summary>
internal sealed class MachineLayers(SnapshotStore snapshots, CommitEngine engine)
{
    /// <summary>Deletes every item of the machine's level by a revision of its own, in the caller's unit of work.</summary>
    public async Task<Failure?> EmptyAsync(ClusterDbContext db, Machine machine, CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(machine.ClusterId, ct) is not { } cluster) return EnrollmentFailures.UnknownIdentity;
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var edits = running.At(LevelKind.Machine, machine.Id)
            .Select(i => new StagedEdit { Key = i.Key, Name = i.Name, Kind = EditKind.Delete, BaseVersionId = i.VersionId }).ToList();
        if (edits.Count == 0) return null;
        var committed = await engine.CommitAsync(
            db,
            new CommitOrder { ClusterId = cluster.Id, Author = machine.Name, Comment = $"{machine.Name} rejoins afresh", Action = "machine.rejoin-fresh", Edits = edits, Kind = CommitKind.System },
            ct);
        return committed.Failure;
    }
}
