using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Access;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Shows a token that the caller may manage.</summary>
internal static class GetToken
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapGet("/{id}", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation("getToken", "Shows a token that the caller may manage, without its secret.")
        .Returns<TokenShape>(example: TokenResponse.Example);

    /// <summary>Finds a token that exists for the caller.</summary>
    public static async Task<ApiToken?> FindAsync(ClusterDbContext db, Caller caller, string id, CancellationToken ct)
    {
        if (!Guid.TryParse(id, out var key)) return null;
        var row = await db.ApiTokens.SingleOrDefaultAsync(t => t.Id == key && t.RevokedAt == null, ct);
        return row is not null && TokenGrants.MayManage(caller, StoredGrants.Read(row.Grants)) ? row : null;
    }

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, string id)
    {
        var (row, names) = await database.ReadAsync(
            async (db, ct) => (await FindAsync(db, context.Caller(), id, ct), await TokenResponse.NamesAsync(db, ct)),
            context.RequestAborted);
        return row is null
            ? Problem.Of(CommonFailures.NotFound("token", id))
            : Answers.Live(context, TokenResponse.Show(row, names), RestJson.Default.TokenShape, TokenResponse.Tag(row));
    }
}
