using Cluster.Domain.ChangeSets;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Revisions;

/// <summary>The beginning and the end of every way back that somebody asks for.</summary>
internal sealed class RollbackCommit(CommitEngine engine)
{
    /// <summary>Locks the cluster; refuses a revision that it does not have.</summary>
    public static async Task<ManagedCluster> OpenAsync(ClusterDbContext db, WriteRequest request, long revision, CancellationToken ct)
    {
        var cluster = await db.Unit.LockClusterAsync(request.ClusterId, ct) ?? throw new RefusedException(CommitFailures.NoCluster);
        return revision >= 1 && revision <= cluster.Revision ? cluster : throw new RefusedException(
            CommonFailures.NotFound("revision", $"{revision}"));
    }

    /// <summary>Commits the edits that lead back.</summary>
    public async Task<CommitResult> CommitAsync(
        ClusterDbContext db, WriteRequest request, string action, string comment, IReadOnlyList<StagedEdit> edits, CancellationToken ct)
    {
        var order = new CommitOrder
        {
            ClusterId = request.ClusterId,
            Author = request.Author,
            Comment = comment,
            Action = action,
            TraceId = request.TraceId,
            Edits = edits,
            Kind = CommitKind.Rollback,
        };
        return (await engine.CommitAsync(db, order, ct)).OrRefuse();
    }
}
