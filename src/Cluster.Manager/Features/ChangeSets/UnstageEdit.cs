using Cluster.Domain.Failures;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Takes one edit out of a change set.</summary>
internal static class UnstageEdit
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapDelete("/{id}/edits/{kind}/{name}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("unstageEdit", "Takes one edit out of a change set.", "The name of a singleton is '-'.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, string id, string kind, string name, string? level)
    {
        var outcome = await database.WriteAsync(context.Cluster().Id, (db, ct) => UnstageAsync(context, db, (id, kind, name, level), ct), context.RequestAborted);
        return outcome.Match(_ => Results.NoContent());
    }

    private static async Task<Outcome<bool>> UnstageAsync(HttpContext context, ClusterDbContext db, (string Id, string Kind, string Name, string? Level) what, CancellationToken ct)
    {
        if (context.IsDryRun()) db.Unit.RollBack();
        var found = await ChangeSetResponse.FindAsync(context, db, what.Id, ct);
        if (!found.Succeeded) return found.Failure;
        if (context.CheckConditions(ChangeSetResponse.Tag(found.Value)) is { } changed) return changed;
        var open = await Staging.OpenAsync(db, found.Value.ClusterId, found.Value.Id, ct);
        if (!open.Succeeded) return open.Failure;
        var key = await EditAddress.FindAsync(db, found.Value.ClusterId, what.Level, what.Kind, what.Name, ct);
        if (!key.Succeeded) return key.Failure;
        var (levelKind, levelId, kind, name) = key.Value;
        var row = await db.ChangeSetEdits.AsTracking().SingleOrDefaultAsync(
            e => e.ChangeSetId == open.Value.Id && e.LevelKind == levelKind && e.LevelId == levelId && e.Kind == kind && e.NormalizedName == name, ct);
        if (row is null) return CommonFailures.NotFound("edit", $"{what.Kind}/{what.Name}");
        db.ChangeSetEdits.Remove(row);
        open.Value.Version++;
        return true;
    }
}
