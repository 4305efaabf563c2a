using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Withdraws a token; the next request with it gets 401.</summary>
internal static class DeleteToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapDelete("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("deleteToken", "Withdraws a token; the next request with it gets 401.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, AuditTrail audit, TimeProvider clock, string id)
    {
        var outcome = await database.WriteAsync<Outcome<bool>>(
            null,
            async (db, ct) =>
            {
                if (await GetToken.FindAsync(db, context.Caller(), id, ct) is not { } row) return CommonFailures.NotFound("token", id);
                if (context.CheckConditions(TokenResponse.Tag(row)) is { } failure) return failure;
                row.RevokedAt = clock.GetUtcNow();
                await audit.AppendAsync(db, context.AuditInstallation("token.delete", $"tokens/{row.Id}"), ct);
                if (context.IsDryRun()) db.Unit.RollBack();
                return true;
            },
            context.RequestAborted);
        return outcome.Match(_ => Results.NoContent());
    }
}
