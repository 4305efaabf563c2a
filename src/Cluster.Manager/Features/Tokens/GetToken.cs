using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Access;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Shows a token that the caller may manage.</summary>
internal static class GetToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapGet("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "getToken",
            "Shows a token that the caller may manage, without its secret.",
            "Shows grants, expiry and last use. 404 for a token that the caller may not manage.")
        .Returns<TokenShape>(example: TokenResponse.Example);

    /// <summary>Finds a token that exists for the caller; refuses any other.</summary>
    public static async Task<ApiToken> FindAsync(ClusterDbContext db, Caller caller, string id, CancellationToken ct)
    {
        var key = Guid.TryParse(id, out var parsed) ? parsed : Guid.Empty;
        var row = await db.ApiTokens.SingleOrDefaultAsync(t => t.Id == key && t.RevokedAt == null, ct);
        return row is not null && TokenGrants.MayManage(caller, StoredGrants.Read(row.Grants))
            ? row
            : throw new RefusedException(CommonFailures.NotFound("token", id));
    }

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, string id)
    {
        var found = await units.ReadAsync(
            context, async (db, ct) => (Row: await FindAsync(db, context.Caller(), id, ct), Names: await TokenResponse.NamesAsync(db, ct)));
        return found.Match(
            f => JsonReplies.Live(context, TokenResponse.Show(f.Row, f.Names), RestJson.Default.TokenShape, TokenResponse.Tag(f.Row)));
    }
}
