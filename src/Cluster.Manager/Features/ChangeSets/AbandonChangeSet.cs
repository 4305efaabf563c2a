using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Discards the edits of a change set; signing requests and keys that were made meanwhile stay.</summary>
internal static class AbandonChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapDelete("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("abandonChangeSet", "Discards the edits of a change set; signing requests and keys stay.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, AuditTrail audit, string id)
    {
        var outcome = await database.WriteAsync(context.Cluster().Id, (db, ct) => AbandonAsync(context, db, audit, id, ct), context.RequestAborted);
        return outcome.Match(_ => Results.NoContent());
    }

    private static async Task<Outcome<bool>> AbandonAsync(HttpContext context, ClusterDbContext db, AuditTrail audit, string id, CancellationToken ct)
    {
        if (context.IsDryRun()) db.Unit.RollBack();
        var found = await ChangeSetResponse.FindAsync(context, db, id, ct);
        if (!found.Succeeded) return found.Failure;
        if (context.CheckConditions(ChangeSetResponse.Tag(found.Value)) is { } changed) return changed;
        var open = await Staging.OpenAsync(db, found.Value.ClusterId, found.Value.Id, ct);
        if (!open.Succeeded) return open.Failure;
        open.Value.Status = ChangeSetStatus.Abandoned;
        open.Value.Version++;
        var entry = new AuditEntry(found.Value.ClusterId, context.Caller().Name, "change-set.abandon", $"change-sets/{found.Value.Id}") { TraceId = Problem.TraceIdOf(context) };
        await audit.AppendAsync(db, entry, ct);
        return true;
    }
}
