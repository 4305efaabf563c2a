using Cluster.Domain.Failures;
using Cluster.Manager.Features.Configuration;
using Cluster.Manager.Features.Revisions;
using Cluster.Storage;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Goes back to what held before a rollout's revision, by a new revision with those documents.</summary>
internal sealed class ReturnToRevision(RollbackEdits edits, CommitEngine engine)
{
    /// <summary>Author of a return that nobody ordered.</summary>
    public const string Manager = "manager";

    /// <summary>Commits the return inside the caller's unit of work; it asks for nothing and waits for nothing.</summary>
    public async Task<Outcome<CommitResult>> BeforeAsync(ClusterDbContext db, RolloutRecord rollout, string author, CancellationToken ct)
    {
        var cluster = await db.Unit.LockClusterAsync(rollout.ClusterId, ct) ?? throw new InvalidOperationException("A rollout's cluster is gone while its lock is held.");
        return await engine.CommitAsync(
            db,
            new CommitOrder
            {
                ClusterId = cluster.Id,
                Author = author,
                Comment = $"Return from revision {rollout.Revision}",
                Action = "revision.return",
                Edits = await edits.ToAsync(db, cluster, rollout.Revision - 1, keepCertificates: false, ct),
                IsReturn = true,
            },
            ct);
    }
}
