using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Groups;

/// <summary>Lists the groups of a cluster, by name.</summary>
internal static class ListGroups
{
    public static void Map(IEndpointRouteBuilder groups) => groups.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Stageable()
        .Operation(
            "listGroups",
            "Lists the groups of a cluster, by name.",
            "Every cluster begins with the group main.")
        .Returns<Page<GroupShape>>();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, GroupReading reading, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var groups = await units.ReadAsync(
            context, (db, ct) => reading.AllAsync(db, context.Cluster().Id, WriteRequest.ChangeSetOf(context).OrRefuse(), ct));
        return groups.Match(all =>
        {
            var rest = all.Where(g => page.Value.After is null || string.CompareOrdinal(g.Row.Name, page.Value.After) > 0)
                .Take(page.Value.Size + 1)
                .ToList();
            var (items, next) = page.Value.Cut(rest, g => g.Row.Name);
            return JsonReplies.Json(
                new Page<GroupShape> { Items = [.. items.Select(g => g.Show())], NextPageToken = next }, RestJson.Default.PageGroupShape);
        });
    }
}
