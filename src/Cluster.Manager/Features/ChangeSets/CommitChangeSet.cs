using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Rollouts;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Revisions;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Commits a change set as one revision: all or nothing.</summary>
internal sealed class CommitChangeSet(UnitRunner units, Staging staging, CommitEngine engine, CommitResponse response)
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets
        .MapPost("/{id}/commit", (HttpContext context, CommitChangeSet committing, string id) => committing.HandleAsync(context, id))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "commitChangeSet",
            "Commits the edits as one revision, all or nothing.",
            "409 conflict with both versions when an item changed since it was staged; 422 validation-failed with findings; 409 "
                + "acknowledgement-required with codes.")
        .Body<CommitRequest>("""{"comment":"renew mx","rollout":{"strategy":"all"}}""")
        .Query("wait", "Waits up to this time, at most 5m, for the rollout to end, for example 30s.")
        .Returns<RevisionShape>(StatusCodes.Status201Created, RevisionResponse.CommitExample);

    private async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var wait = CommitResponse.ReadWait(context);
        if (!wait.Succeeded) return Problem.Of(wait.Failure);
        var body = await context.ReadAsync(RestJson.Default.CommitRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var options = CommitOptions.Read(body.Value);
        if (!options.Succeeded) return Problem.Of(options.Failure);
        var committed = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var changeSet = await ChangeSetResponse.OpenAsync(db, request, id, ct);
            var result = await CommitAsync(db, request, changeSet, body.Value, options.Value, ct);
            if (result.Changes == 0) throw new RefusedException(NothingToCommit);
            changeSet.State = ChangeSetState.Committed;
            changeSet.Revision = result.Revision;
            changeSet.Version++;
            return result;
        });
        return committed.Succeeded ? await response.WriteAsync(context, committed.Value, wait.Value) : Problem.Of(committed.Failure);
    }

    private static Failure NothingToCommit { get; } = new(
        FailureCategory.Conflict,
        ProblemCodes.NothingToCommit,
        "The change set changes nothing in the running configuration; stage an edit, or abandon it.");

    private async Task<CommitResult> CommitAsync(
        ClusterDbContext db,
        WriteRequest request,
        ChangeSetRecord changeSet,
        CommitRequest asked,
        RolloutOptions options,
        CancellationToken ct)
    {
        var order = new CommitOrder
        {
            ClusterId = request.ClusterId,
            Author = request.Author,
            Comment = asked.Comment,
            Action = "change-set.commit",
            TraceId = request.TraceId,
            Edits = await staging.EditsAsync(db, changeSet.Id, ct),
            Acknowledge = asked.Acknowledge ?? [],
            Rollout = options,
            Kind = CommitKind.ChangeSet,
        };
        return (await engine.CommitAsync(db, order, ct)).OrRefuse();
    }
}
