using Cluster.Contracts.JoinTokens;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.JoinTokens;

/// <summary>Lists the join tokens of a cluster that can still be used, oldest first.</summary>
internal static class ListJoinTokens
{
    public static void Map(IEndpointRouteBuilder tokens) => tokens.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Admin)
        .Operation(
            "listJoinTokens",
            "Lists the join tokens that have not ended, oldest first, without secrets.",
            "Tokens that are used up, expired or withdrawn are not listed.")
        .Returns<Page<JoinTokenShape>>();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, TimeProvider clock, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var after = page.Value.AfterId();
        if (!after.Succeeded) return Problem.Of(after.Failure);
        var (cluster, last, now) = (context.Cluster().Id, after.Value ?? Guid.Empty, clock.GetUtcNow());
        var listed = await units.ReadAsync(
            context,
            async (db, ct) =>
            {
                var rows = await db.JoinTokens.Where(t => t.ClusterId == cluster && t.RevokedAt == null && t.ExpiresAt > now && t.Id > last)
                    .OrderBy(t => t.Id).Take(page.Value.Size + 1).ToListAsync(ct);
                var groups = await JoinTokenResponse.GroupNamesAsync(db, cluster, ct);
                var (items, next) = page.Value.Cut(rows, t => t.Id.ToString());
                return new Page<JoinTokenShape> { Items = [.. items.Select(t => JoinTokenResponse.Show(t, groups))], NextPageToken = next };
            });
        return listed.Match(p => JsonReplies.Json(p, RestJson.Default.PageJoinTokenShape));
    }
}
