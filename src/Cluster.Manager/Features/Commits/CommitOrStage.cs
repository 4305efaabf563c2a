using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Storage;

namespace Cluster.Manager.Features.Commits;

/// <summary>Writes items for features: stages them in the change set of the request, or commits them at once as one revision with rollout <c>all</c>.</summary>
internal sealed class CommitOrStage(CommitEngine engine, Staging staging)
{
    /// <summary>Writes in the given unit of work, which must hold the cluster's lock; a dry run makes the unit store nothing.</summary>
    /// <param name="db">Context of the unit.</param>
    /// <param name="write">Who and how.</param>
    /// <param name="edits">The edits; the version that they are based on is looked up.</param>
    /// <param name="action">Action of the audit event, for example <c>listeners.put</c>; also the comment of the revision.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Outcome<WriteReceipt>> WriteAsync(
        ClusterDbContext db, WriteRequest write, IReadOnlyCollection<StagedEdit> edits, string action, CancellationToken ct)
    {
        if (write.DryRun) db.Unit.RollBack();
        if (write.ChangeSetId is { } id)
        {
            var staged = await staging.StageAsync(db, write.ClusterId, id, edits, ct);
            return staged is null ? new WriteReceipt(null, null, id) : staged;
        }

        var committed = await engine.CommitAsync(db, new CommitOrder
        {
            ClusterId = write.ClusterId, Author = write.Author, Comment = action, Action = action, TraceId = write.TraceId, Edits = edits, Acknowledge = write.Acknowledge,
        }, ct);
        return committed.Succeeded ? new WriteReceipt(committed.Value.Revision, committed.Value.Rollout, null) : committed.Failure;
    }
}
