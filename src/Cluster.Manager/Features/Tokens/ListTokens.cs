using Cluster.Contracts.Access;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Access;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Tokens;

/// <summary>Lists the tokens that the caller may manage, oldest first.</summary>
internal static class ListTokens
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "listTokens",
            "Lists the tokens that the caller may manage, oldest first, without secrets.",
            "An owner sees every token, an admin those whose grants its own include.")
        .Returns<Page<TokenShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var after = page.Value.AfterId();
        if (!after.Succeeded) return Problem.Of(after.Failure);
        var listed = await units.ReadAsync(context, (db, ct) => ReadAsync(db, context.Caller(), page.Value, after.Value ?? Guid.Empty, ct));
        return listed.Match(p => JsonReplies.Json(p, RestJson.Default.PageTokenShape));
    }

    // Grants are decided in memory, so pages are filled from as many rows as it takes.
    private static async Task<Page<TokenShape>> ReadAsync(
        ClusterDbContext db, Caller caller, PageRequest page, Guid after, CancellationToken ct)
    {
        var found = new List<ApiToken>();
        while (true)
        {
            var last = after;
            var rows =
                await db.ApiTokens.Where(t => t.RevokedAt == null && t.Id > last).OrderBy(t => t.Id).Take(page.Size + 1).ToListAsync(ct);
            found.AddRange(rows.Where(t => TokenGrants.MayManage(caller, StoredGrants.Read(t.Grants))));
            if (rows.Count <= page.Size || found.Count > page.Size) break;
            after = rows[^1].Id;
        }

        var names = await TokenResponse.NamesAsync(db, ct);
        var (items, next) = page.Cut(found, t => t.Id.ToString());
        return new Page<TokenShape> { Items = [.. items.Take(page.Size).Select(t => TokenResponse.Show(t, names))], NextPageToken = next };
    }
}
