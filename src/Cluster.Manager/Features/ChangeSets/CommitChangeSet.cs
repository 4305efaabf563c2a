using Cluster.Contracts.Revisions;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Revisions;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Commits a change set as one revision: all or nothing.</summary>
internal sealed class CommitChangeSet(ClusterDatabase database, Staging staging, CommitEngine engine, CommitResponse answer)
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapPost("/{id}/commit", (HttpContext context, CommitChangeSet committing, string id) => committing.HandleAsync(context, id))
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "commitChangeSet",
            "Commits the edits as one revision, all or nothing.",
            "409 conflict with both versions when an item changed since it was staged; 422 validation-failed with findings; 409 acknowledgement-required with codes.")
        .Body<CommitRequest>("""{"comment":"renew mx","rollout":{"strategy":"all"}}""")
        .Query("wait", "Waits up to this time, at most 5m, for the rollout to end, for example 30s.")
        .Returns<RevisionShape>(StatusCodes.Status201Created, RevisionResponse.CommitExample);

    private async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var wait = CommitResponse.ReadWait(context);
        if (!wait.Succeeded) return Problem.Of(wait.Failure);
        var body = await context.ReadAsync(ChangeSetsJson.Default.CommitRequest);
        if (!body.Succeeded) return Problem.Of(body.Failure);
        var options = CommitOptions.Read(body.Value);
        if (!options.Succeeded) return Problem.Of(options.Failure);
        var committed = await database.WriteAsync(context.Cluster().Id, (db, ct) => CommitAsync(context, db, id, body.Value, options.Value, ct), context.RequestAborted);
        return committed.Succeeded ? await answer.WriteAsync(context, committed.Value, wait.Value) : Problem.Of(committed.Failure);
    }

    private async Task<Outcome<CommitResult>> CommitAsync(
        HttpContext context, ClusterDbContext db, string id, CommitRequest request, Contracts.Rollouts.RolloutOptions options, CancellationToken ct)
    {
        if (context.IsDryRun()) db.Unit.RollBack();
        var found = await ChangeSetResponse.FindAsync(context, db, id, ct);
        if (!found.Succeeded) return found.Failure;
        if (context.CheckConditions(ChangeSetResponse.Tag(found.Value)) is { } changed) return changed;
        var open = await Staging.OpenAsync(db, found.Value.ClusterId, found.Value.Id, ct);
        if (!open.Succeeded) return open.Failure;
        var committed = await engine.CommitAsync(db, new CommitOrder
        {
            ClusterId = found.Value.ClusterId,
            Author = context.Caller().Name,
            Comment = request.Comment,
            Action = "change-set.commit",
            TraceId = Problem.TraceIdOf(context),
            Edits = await staging.EditsAsync(db, found.Value.Id, ct),
            Acknowledge = request.Acknowledge ?? [],
            Rollout = options,
            Kind = CommitKind.ChangeSet,
        }, ct);
        if (!committed.Succeeded) return committed;
        if (committed.Value.Changes == 0) return new Failure(FailureCategory.Conflict, "nothing-to-commit", "The change set changes nothing of what runs; stage an edit, or abandon it.");
        open.Value.Status = ChangeSetStatus.Committed;
        open.Value.Revision = committed.Value.Revision;
        open.Value.Version++;
        return committed;
    }
}
