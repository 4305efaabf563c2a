using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Contracts.Rollouts;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Lists rollouts, newest first.</summary>
internal static class ListRollouts
{
    public static void Map(IEndpointRouteBuilder rollouts) => rollouts.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listRollouts",
            "Lists rollouts, newest first, without their machines.",
            "Use getRollout for the progress of the machines.")
        .Query("state", "Only rollouts in this state.")
        .Returns<Page<RolloutShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var before = Guid.AllBitsSet;
        if (page.Value.After is { } after && !Guid.TryParse(after, out before))
            return Problem.Of(CommonFailures.InvalidParameter("pageToken", "it belongs to another list."));
        var clusterId = context.Cluster().Id;
        var asked = context.Request.Query["state"].FirstOrDefault();
        var state = EnumNames.ParseOrNull<RolloutState>(asked);
        if (asked is not null && state is null)
            return Problem.Of(
                CommonFailures.InvalidParameter("state", $"it is one of {string.Join(", ", EnumNames.Of(typeof(RolloutState)))}."));
        var rows = await units.ReadAsync(
            context,
            (db, ct) =>
                db.Rollouts.Where(r => r.ClusterId == clusterId && r.Id.CompareTo(before) < 0 && (state == null || r.State == state))
                    .OrderByDescending(r => r.Id).Take(page.Value.Size + 1).ToListAsync(ct));
        context.Response.Headers.CacheControl = "no-store";
        return rows.Match(found =>
        {
            var (items, next) = page.Value.Cut(found, r => r.Id.ToString("D"));
            var answer = new Page<RolloutShape> { Items = [.. items.Select(r => RolloutResponse.Show(r))], NextPageToken = next };
            return JsonReplies.Json(answer, RestJson.Default.PageRolloutShape);
        });
    }
}
