using Cluster.Contracts.Clusters;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Clusters;

/// <summary>Lists the clusters that the caller has a grant in, by name.</summary>
internal static class ListClusters
{
    public static void Map(IEndpointRouteBuilder clusters) => clusters.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation("listClusters", "Lists the clusters that the token has a grant in, by name.")
        .Returns<Page<ClusterShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return page.Match(_ => Results.Empty);
        var caller = context.Caller();
        var granted = caller.Clusters;
        var after = page.Value.After;
        var rows = await database.ReadAsync(
            (db, ct) => db.Clusters
                .Where(c => caller.SeesAll || granted.Contains(c.Id))
                .Where(c => after == null || string.Compare(c.Name, after) > 0)
                .OrderBy(c => c.Name)
                .Take(page.Value.Size + 1)
                .ToListAsync(ct),
            context.RequestAborted);
        var (items, next) = page.Value.Cut(rows, c => c.Name);
        return Answers.Json(new Page<ClusterShape> { Items = [.. items.Select(ClusterResponse.Show)], NextPageToken = next }, RestJson.Default.PageClusterShape);
    }
}
