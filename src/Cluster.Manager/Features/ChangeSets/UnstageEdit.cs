using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Takes one edit out of a change set.</summary>
internal static class UnstageEdit
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapDelete("/{id}/edits/{kind}/{name}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("unstageEdit", "Takes one edit out of a change set.", "The name of a singleton is '-'.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, string id, string kind, string name, string? level)
    {
        var unstaged = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var changeSet = await ChangeSetResponse.OpenAsync(db, request, id, ct);
            var key = (await EditAddress.FindAsync(db, request.ClusterId, level, kind, name, ct)).OrRefuse();
            var row = await db.ChangeSetEdits.AsTracking().SingleOrDefaultAsync(
                e => e.ChangeSetId == changeSet.Id
                    && e.LevelKind == key.LevelKind
                    && e.LevelId == key.LevelId
                    && e.Kind == key.Kind
                    && e.NormalizedName == key.Name,
                ct) ?? throw new RefusedException(CommonFailures.NotFound("edit", $"{kind}/{name}"));
            db.ChangeSetEdits.Remove(row);
            changeSet.Version++;
            return changeSet;
        });
        return unstaged.Match(_ => Results.NoContent());
    }
}
