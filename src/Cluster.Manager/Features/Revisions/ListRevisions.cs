using System.Globalization;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Revisions;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Lists revisions, newest first.</summary>
internal static class ListRevisions
{
    public static void Map(IEndpointRouteBuilder revisions) => revisions.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listRevisions",
            "Lists revisions, newest first.",
            "Each revision shows author, comment, number of changes and the state of its rollout.")
        .Returns<Page<RevisionShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var before = long.MaxValue;
        if (page.Value.After is { } after && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Problem.Of(CommonFailures.InvalidParameter("pageToken", "it belongs to another list."));
        var clusterId = context.Cluster().Id;
        var rows = await units.ReadAsync(context, (db, ct) => db
            .WithRollouts(
                db.Revisions.Where(r => r.ClusterId == clusterId && r.Number < before)
                    .OrderByDescending(r => r.Number)
                    .Take(page.Value.Size + 1))
            .ToListAsync(ct));
        return rows.Match(found =>
        {
            var (items, next) = page.Value.Cut(found, r => r.Revision.Number.ToString(CultureInfo.InvariantCulture));
            var answer = new Page<RevisionShape> { Items = [.. items.Select(RevisionResponse.Show)], NextPageToken = next };
            return JsonReplies.Json(answer, RestJson.Default.PageRevisionShape);
        });
    }
}
