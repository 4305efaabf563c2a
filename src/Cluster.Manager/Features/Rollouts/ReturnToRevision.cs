using Cluster.Domain.ChangeSets;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Configuration;
using Cluster.Storage;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Goes back to what held before a rollout's revision, by a new revision with those documents.</summary>
internal sealed class ReturnToRevision(SnapshotStore snapshots, CommitEngine engine)
{
    private const string Author = "manager";

    /// <summary>Commits the return inside the caller's unit of work.</summary>
    public async Task<Outcome<CommitResult>> BeforeAsync(ClusterDbContext db, RolloutRecord rollout, CancellationToken ct, string author = Author)
    {
        var cluster = await db.Unit.LockClusterAsync(rollout.ClusterId, ct) ?? throw new InvalidOperationException("A rollout's cluster is gone while its lock is held.");
        var running = await snapshots.RunningAsync(db, cluster, ct);
        var before = await snapshots.AtAsync(db, cluster, rollout.Revision - 1, ct);
        return await engine.CommitAsync(
            db,
            new CommitOrder
            {
                ClusterId = cluster.Id,
                Author = author,
                Comment = $"Return from revision {rollout.Revision}",
                Action = "revision.return",
                Edits = [.. EditsBetween(running, before)],
                IsReturn = true,
            },
            ct);
    }

    private static IEnumerable<StagedEdit> EditsBetween(ConfigurationSnapshot running, ConfigurationSnapshot target)
    {
        foreach (var key in running.Items.Select(i => i.Key).Union(target.Items.Select(i => i.Key)))
        {
            var (from, to) = (running.Find(key), target.Find(key));
            if (Item.SameContent(from, to)) continue;
            yield return new StagedEdit
            {
                Key = key,
                Name = (to ?? from)!.Name,
                Kind = to is null ? EditKind.Delete : to.Hidden ? EditKind.Hide : EditKind.Put,
                Document = to?.Document,
                BaseVersionId = from?.VersionId,
            };
        }
    }
}
