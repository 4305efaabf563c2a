using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Rolls back to a revision by a new one with the documents of then, validated like any commit.</summary>
internal sealed class RollBackRevision(UnitRunner units, RollbackEdits edits, RollbackCommit commits, CommitResponse response)
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions
        .MapPost("/{n:long}/rollback", (HttpContext context, RollBackRevision rollback, long n) => rollback.HandleAsync(context, n))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "rollBackToRevision",
            "Rolls back to a revision by a new revision with the documents of then.",
            "certificates: keep leaves certificates at today's versions; an expired, compromised or destroyed version blocks. Groups "
                + "of machines, identities and tokens never go back.")
        .Body<RollbackRequest>("""{"certificates":"keep","comment":"the new policy refused partners"}""")
        .Query("wait", "Waits up to this time, at most 5m, for the rollout to end, for example 30s.")
        .Returns<RevisionShape>(StatusCodes.Status201Created, RevisionResponse.CommitExample);

    private async Task<IResult> HandleAsync(HttpContext context, long n)
    {
        var wait = CommitResponse.ReadWait(context);
        if (!wait.Succeeded) return Problem.Of(wait.Failure);
        var body = await context.ReadOptionalAsync(RestJson.Default.RollbackRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var asked = body.Value ?? new RollbackRequest();
        if (asked.Certificates is not (null or "keep"))
            return Problem.Of(CommonFailures.Invalid("/certificates", FieldErrorCodes.UnknownValue, "It is 'keep', or absent."));
        var committed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var cluster = await RollbackCommit.OpenAsync(db, request, n, ct);
            var back = await edits.ToAsync(db, cluster, n, asked.Certificates is not null, ct);
            var result = await commits.CommitAsync(
                db, request, "revision.rollback", asked.Comment ?? $"Roll back to revision {n}", back, ct);
            return result.Changes > 0 ? result : throw new RefusedException(NothingToCommit(n));
        });
        return committed.Succeeded ? await response.WriteAsync(context, committed.Value, wait.Value) : Problem.Of(committed.Failure);
    }

    private static Failure NothingToCommit(long n) =>
        new(FailureCategory.Conflict, ProblemCodes.NothingToCommit, $"The running configuration is the same as revision {n}.");
}
