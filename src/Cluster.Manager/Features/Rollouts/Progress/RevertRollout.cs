using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Rollouts;

namespace Cluster.Manager.Features.Rollouts.Progress;

/// <summary>Goes back to what held before a rollout's revision, by a new revision with those documents.</summary>
internal sealed class RevertRollout(RollbackEdits edits, CommitEngine engine)
{
    /// <summary>Author of a return that nobody ordered.</summary>
    private const string Manager = "manager";

    /// <summary>
    /// Commits the manager's own return inside the caller's unit of work; it asks for nothing and waits for nothing. What was
    /// committed meanwhile stays: a machine that rejoins afresh does not wait for a confirmation.
    /// </summary>
    public async Task<Outcome<CommitResult>> RevertUnconfirmedAsync(ClusterDbContext db, RolloutRecord rollout, CancellationToken ct) =>
        await CommitAsync(db, await LockAsync(db, rollout, ct), rollout, Manager, isReturn: true, ct);

    /// <summary>
    /// Commits a return that somebody ordered; only the newest revision can be taken back, for whoever committed after it built
    /// upon it. While one waits to be confirmed nobody does: ordered or not, it goes back in the same way.
    /// </summary>
    /// <param name="db">The caller's unit of work.</param>
    /// <param name="rollout">Whose revision goes.</param>
    /// <param name="author">Who ordered it.</param>
    /// <param name="isUnproven">True while it is queued, runs or waits to be confirmed: what ran a moment ago comes back unasked.
    /// Anything later is validated like every rollback.</param>
    /// <param name="awaitsConfirmation">True while it waits to be confirmed.</param>
    /// <param name="ct">Stops it.</param>
    public async Task<Outcome<CommitResult>> RevertOnRequestAsync(
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
        "rollout-not-newest",
        $"Revision {rollout.Revision} is not the newest any more, {cluster.Revision} is. To go back to what held before it, POST "
            + $"revisions/{rollout.Revision - 1}/rollback; that takes back what was committed since, too.");

    private async Task<Outcome<CommitResult>> CommitAsync(
        ClusterDbContext db, ManagedCluster cluster, RolloutRecord rollout, string author, bool isReturn, CancellationToken ct) =>
        await engine.CommitAsync(
            db,
            new CommitOrder
            {
                ClusterId = cluster.Id,
                Author = author,
                Comment = $"Return from revision {rollout.Revision}",
                Action = "revision.return",
                Edits = await edits.WithoutAsync(db, cluster, rollout.Revision, ct),
                Kind = isReturn ? CommitKind.System : CommitKind.Rollback,
            },
            ct);
}
