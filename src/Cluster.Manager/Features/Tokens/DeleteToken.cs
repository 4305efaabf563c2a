using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Withdraws a token; the next request with it gets 401.</summary>
internal static class DeleteToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapDelete("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "deleteToken",
            "Withdraws a token; the next request with it gets 401.",
            "Only for tokens that the caller may manage: an owner every token, an admin those whose grants its own include.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, AuditTrail audit, TimeProvider clock, string id)
    {
        var withdrawn = await units.WriteAsync(context, async (db, request, ct) =>
        {
            var token = await GetToken.FindAsync(db, request.Caller, id, ct);
            request.CheckConditions(TokenResponse.Tag(token));
            token.RevokedAt = clock.GetUtcNow();
            await audit.AppendAsync(db, request.AuditInstallation("token.delete", $"tokens/{token.Id}"), ct);
            return token;
        });
        return withdrawn.Match(_ => Results.NoContent());
    }
}
