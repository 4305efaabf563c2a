using Cluster.Contracts.Revisions;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Goes back to a revision by a new one with the documents of then, validated like any commit.</summary>
internal sealed class RollBackRevision(ClusterDatabase database, RollbackEdits edits, CommitEngine engine, CommitResponse answer)
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions
        .MapPost("/{n:long}/rollback", (HttpContext context, RollBackRevision rollback, long n) => rollback.HandleAsync(context, n))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "rollBackToRevision",
            "Goes back to a revision by a new revision with the documents of then.",
            "certificates: keep leaves certificates at today's versions; an expired, compromised or destroyed version blocks. Groups of machines, identities and tokens never go back.")
        .Body<RollbackRequest>("""{"certificates":"keep","comment":"the new policy refused partners"}""")
        .Query("wait", "Waits up to this time, at most 5m, for the rollout to end, for example 30s.")
        .Returns<RevisionShape>(StatusCodes.Status201Created, RevisionResponse.CommitExample);

    private async Task<IResult> HandleAsync(HttpContext context, long n)
    {
        var wait = CommitResponse.ReadWait(context);
        if (!wait.Succeeded) return Problem.Of(wait.Failure);
        var write = WriteRequest.From(context);
        if (!write.Succeeded) return Problem.Of(write.Failure);
        var body = await context.ReadOptionalAsync(RevisionsJson.Default.RollbackRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var request = body.Value ?? new RollbackRequest();
        if (request.Certificates is not (null or "keep")) return Problem.Of(CommonFailures.Invalid("/certificates", "unknown-value", "It is 'keep', or absent."));
        var committed = await database.WriteAsync(context.Cluster().Id, (db, ct) => CommitAsync(db, write.Value, n, request, ct), context.RequestAborted);
        return committed.Succeeded ? await answer.WriteAsync(context, committed.Value, wait.Value) : Problem.Of(committed.Failure);
    }

    private async Task<Outcome<CommitResult>> CommitAsync(ClusterDbContext db, WriteRequest write, long n, RollbackRequest request, CancellationToken ct)
    {
        if (write.DryRun) db.Unit.RollBack();
        if (await db.Unit.LockClusterAsync(write.ClusterId, ct) is not { } cluster) return CommitFailures.NoCluster;
        if (n < 1 || n > cluster.Revision) return CommonFailures.NotFound("revision", $"{n}");
        var committed = await engine.CommitAsync(db, new CommitOrder
        {
            ClusterId = write.ClusterId,
            Author = write.Author,
            Comment = request.Comment ?? $"Roll back to revision {n}",
            Action = "revision.rollback",
            TraceId = write.TraceId,
            Edits = await edits.ToAsync(db, cluster, n, request.Certificates is not null, ct),
            Kind = CommitKind.Rollback,
        }, ct);
        return committed is { Succeeded: true, Value.Changes: 0 }
            ? new Failure(FailureCategory.Conflict, "nothing-to-commit", $"What runs says the same as revision {n}.")
            : committed;
    }
}
