using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>Withdraws a join token; machines that joined with it stay.</summary>
internal static class DeleteJoinToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapDelete("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "deleteJoinToken",
            "Withdraws a join token; machines that joined with it stay.",
            "The token can no longer be used to join.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, AuditTrail audit, TimeProvider clock, string id)
    {
        var withdrawn = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var token = await GetJoinToken.FindAsync(db, request.ClusterId, id, ct);
            request.CheckConditions(JoinTokenResponse.Tag(token));
            token.RevokedAt = clock.GetUtcNow();
            await audit.AppendAsync(db, request.Audit("join-token.delete", $"join-tokens/{token.Id}"), ct);
            return token;
        });
        return withdrawn.Match(_ => Results.NoContent());
    }
}
