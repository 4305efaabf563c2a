using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>Withdraws a join token; machines that joined with it stay.</summary>
internal static class DeleteJoinToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapDelete("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("deleteJoinToken", "Withdraws a join token; machines that joined with it stay.")
        .ReturnsNothing();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, AuditTrail audit, TimeProvider clock, string id)
    {
        var cluster = context.Cluster().Id;
        var outcome = await database.WriteAsync<Outcome<bool>>(
            cluster,
            async (db, ct) =>
            {
                if (await GetJoinToken.FindAsync(db, cluster, id, ct) is not { } row) return CommonFailures.NotFound("join token", id);
                if (context.CheckConditions(JoinTokenResponse.Tag(row)) is { } failure) return failure;
                row.RevokedAt = clock.GetUtcNow();
                await audit.AppendAsync(db, context.Audit("join-token.delete", $"join-tokens/{row.Id}"), ct);
                if (context.IsDryRun()) db.Unit.RollBack();
                return true;
            },
            context.RequestAborted);
        return outcome.Match(_ => Results.NoContent());
    }
}
