using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Lists the clusters that the caller has a grant in, by name.</summary>
internal static class ListClusters
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listClusters",
            "Lists the clusters that the token has a grant in, by name.",
            "An owner sees all clusters.")
        .Returns<Page<ClusterShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var caller = context.Caller();
        var granted = caller.Clusters;
        var after = page.Value.After;
        var rows = await units.ReadAsync(
            context,
            (db, ct) => db.Clusters
                .Where(c => caller.SeesAll || granted.Contains(c.Id))
                .Where(c => after == null || string.Compare(c.Name, after) > 0)
                .OrderBy(c => c.Name)
                .Take(page.Value.Size + 1)
                .ToListAsync(ct));
        return rows.Match(found =>
        {
            var (items, next) = page.Value.Cut(found, c => c.Name);
            return JsonReplies.Json(
                new Page<ClusterShape> { Items = [.. items.Select(ClusterResponse.Show)], NextPageToken = next },
                RestJson.Default.PageClusterShape);
        });
    }
}
