using Cluster.Contracts.ChangeSets;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Discards the edits of a change set; signing requests and keys that were made meanwhile stay.</summary>
internal static class AbandonChangeSet
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapDelete("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "abandonChangeSet",
            "Discards the edits of a change set; signing requests and keys stay.",
            "An abandoned change set stays listed and cannot be reopened.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, AuditTrail audit, string id)
    {
        var abandoned = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var changeSet = await ChangeSetResponse.OpenAsync(db, request, id, ct);
            changeSet.State = ChangeSetState.Abandoned;
            changeSet.Version++;
            await audit.AppendAsync(db, request.Audit("change-set.abandon", $"change-sets/{changeSet.Id}"), ct);
            return changeSet;
        });
        return abandoned.Match(_ => Results.NoContent());
    }
}
