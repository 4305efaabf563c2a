using Cluster.Domain.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;

namespace Cluster.Manager.Features.Commits;

/// <summary>
/// Where every write of an item ends: in the change set of the request, or at once in one revision with rollout <c>all</c>.
/// </summary>
internal sealed class CommitOrStage(CommitEngine engine, Staging staging)
{
    /// <summary>Commits or stages in the given unit of work, which must hold the cluster's lock; a refusal ends the unit.</summary>
    /// <param name="db">Context of the unit.</param>
    /// <param name="request">Who and how.</param>
    /// <param name="edits">The edits; the version that they are based on is looked up.</param>
    /// <param name="action">Action of the audit event, for example <c>listeners.put</c>; also the comment of the revision.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<WriteReceipt> RunAsync(
        ClusterDbContext db, WriteRequest request, IReadOnlyCollection<StagedEdit> edits, string action, CancellationToken ct) =>
        (await TryAsync(db, request, edits, action, ct)).OrRefuse();

    /// <summary>The same for who can say more about a refusal: it is a value, and the unit must store nothing.</summary>
    public async Task<Outcome<WriteReceipt>> TryAsync(
        ClusterDbContext db, WriteRequest request, IReadOnlyCollection<StagedEdit> edits, string action, CancellationToken ct)
    {
        if (request.ChangeSetId is { } id)
        {
            await staging.StageAsync(db, request.ClusterId, id, edits, ct);
            return new WriteReceipt(null, null, id);
        }

        var committed = await engine.CommitAsync(
            db,
            new CommitOrder
            {
                ClusterId = request.ClusterId,
                Author = request.Author,
                Comment = action,
                Action = action,
                TraceId = request.TraceId,
                Edits = edits,
                Acknowledge = request.Acknowledge,
            },
            ct);
        return committed.Succeeded ? new WriteReceipt(committed.Value.Revision, committed.Value.Rollout, null) : committed.Failure;
    }
}
