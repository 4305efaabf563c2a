using Cluster.Domain.Failures;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>Cancels a request that is open, or whose key is marked compromised; the key is destroyed unless a version or another open request has it.</summary>
internal static class CancelSigningRequest
{
    public static void Map(IEndpointRouteBuilder requests) => requests.MapDelete("/{id:guid}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation("cancelSigningRequest", "Cancels a signing request that is open or compromised; a key that no version has is destroyed.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, KeyVault vault, AuditTrail audit, Guid id)
    {
        var cluster = context.Cluster().Id;
        var cancelled = await database.WriteAsync<Outcome<bool>>(
            cluster,
            async (db, ct) =>
            {
                var row = await db.SigningRequests.AsTracking().SingleOrDefaultAsync(r => r.ClusterId == cluster && r.Id == id, ct);
                if (row is null) return CommonFailures.NotFound("signing request", id.ToString());
                if (context.CheckConditions(SigningRequestResponse.Tag(row)) is { } failure) return failure;
                if (row.State is not ("open" or "compromised")) return new Failure(FailureCategory.Conflict, "request-closed", $"The signing request is {row.State} already.");
                if (context.IsDryRun()) db.Unit.RollBack();
                row.State = "cancelled";
                var keyToo = await vault.DestroyIfUnusedAsync(db, cluster, row.PublicKeySha256, ct);
                await audit.AppendAsync(db, context.Audit("signing-request.cancel", $"signing-requests/{id}", new System.Text.Json.Nodes.JsonObject { ["keyDestroyed"] = keyToo }), ct);
                return true;
            },
            context.RequestAborted);
        return cancelled.Match(_ => Results.NoContent());
    }
}
