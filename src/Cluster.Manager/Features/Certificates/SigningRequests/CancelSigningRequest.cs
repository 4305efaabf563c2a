using System.Text.Json.Nodes;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Problems;
using Cluster.Domain.Failures;
using Cluster.Manager.Features.Certificates;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates.SigningRequests;

/// <summary>
/// Cancels a request that is open, or whose key is marked compromised; the key is destroyed unless a version or another open
/// request has it.
/// </summary>
internal static class CancelSigningRequest
{
    public static void Map(IEndpointRouteBuilder requests) => requests.MapDelete("/{id:guid}", HandleAsync)
        .RequireAuthorization(Policies.Operator)
        .Operation(
            "cancelSigningRequest",
            "Cancels a signing request that is open or compromised; a key that no version has is destroyed.",
            "409 request-closed when the request is fulfilled or cancelled already.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, KeyVault vault, AuditTrail audit, Guid id)
    {
        var cancelled = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var row = await db.SigningRequests.AsTracking().SingleOrDefaultAsync(r => r.ClusterId == request.ClusterId && r.Id == id, ct)
                ?? throw new RefusedException(CommonFailures.NotFound("signing request", id.ToString()));
            request.CheckConditions(SigningRequestResponse.Tag(row));
            if (row.State is not (SigningRequestState.Open or SigningRequestState.Compromised)) throw new RefusedException(Closed(row));
            row.State = SigningRequestState.Cancelled;
            var keyToo = await vault.DestroyIfUnusedAsync(db, request.ClusterId, row.PublicKeySha256, ct);
            await audit.AppendAsync(
                db, request.Audit("signing-request.cancel", $"signing-requests/{id}", new JsonObject { ["keyDestroyed"] = keyToo }), ct);
            return row;
        });
        return cancelled.Match(_ => Results.NoContent());
    }

    private static Failure Closed(SigningRequestRecord row) =>
        new(FailureCategory.Conflict, ProblemCodes.RequestClosed, $"The signing request is {EnumNames.Of(row.State)} already.");
}
