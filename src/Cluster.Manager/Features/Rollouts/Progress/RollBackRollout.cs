using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Rollouts.Progress;

/// <summary>Rolls a rollout's revision back: a new one gets the documents that held before it.</summary>
internal sealed class RollBackRollout(RollbackEdits edits, CommitEngine engine)
{
    /// <summary>Author of a return that nobody ordered.</summary>
    private const string Manager = "manager";

    /// <summary>
    /// Commits the manager's own return inside the caller's unit of work; it asks for nothing and waits for nothing. What was
    /// committed meanwhile stays: a machine that rejoins afresh does not wait for a confirmation.
    /// </summary>
    public async Task<Outcome<CommitResult>> UnconfirmedAsync(ClusterDbContext db, RolloutRecord rollout, CancellationToken ct) =>
        await CommitAsync(db, await LockAsync(db, rollout, ct), rollout, Manager, isUnproven: true, ct);

    /// <summary>
    /// Commits a rollback that somebody ordered; only the newest revision can be rolled back, for whoever committed after it built
    /// upon it. While one waits to be confirmed nobody does: ordered or not, it is rolled back in the same way.
    /// </summary>
    /// <param name="db">The caller's unit of work.</param>
    /// <param name="rollout">Whose revision goes.</param>
    /// <param name="author">Who ordered it.</param>
    /// <param name="isUnproven">True while it is queued, runs or waits to be confirmed: what ran a moment ago comes back unasked.
    /// Anything later is validated like every rollback.</param>
    /// <param name="awaitsConfirmation">True while it waits to be confirmed.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Outcome<CommitResult>> OnRequestAsync(
        ClusterDbContext db, RolloutRecord rollout, string author, bool isUnproven, bool awaitsConfirmation, CancellationToken ct)
    {
        var cluster = await LockAsync(db, rollout, ct);
        return rollout.Revision == cluster.Revision || awaitsConfirmation
            ? await CommitAsync(db, cluster, rollout, author, isUnproven, ct)
            : NotNewest(rollout, cluster);
    }

    private static async Task<ManagedCluster> LockAsync(ClusterDbContext db, RolloutRecord rollout, CancellationToken ct) =>
        await db.Unit.LockClusterAsync(rollout.ClusterId, ct)
            ?? throw new InvalidOperationException("A rollout's cluster is gone while its lock is held.");

    private static Failure NotNewest(RolloutRecord rollout, ManagedCluster cluster) => new(
        FailureCategory.Conflict,
        ProblemCodes.RolloutNotNewest,
        $"Revision {rollout.Revision} is not the newest any more, {cluster.Revision} is. To roll back to what held before it, POST "
            + $"revisions/{rollout.Revision - 1}/rollback; that rolls back what was committed since, too.");

    private async Task<Outcome<CommitResult>> CommitAsync(
        ClusterDbContext db, ManagedCluster cluster, RolloutRecord rollout, string author, bool isUnproven, CancellationToken ct) =>
        await engine.CommitAsync(
            db,
            new CommitOrder
            {
                ClusterId = cluster.Id,
                Author = author,
                Comment = $"Roll back revision {rollout.Revision}",
                Action = "revision.rollback",
                Edits = await edits.WithoutAsync(db, cluster, rollout.Revision, ct),
                Kind = isUnproven ? CommitKind.System : CommitKind.Rollback,
            },
            ct);
}
