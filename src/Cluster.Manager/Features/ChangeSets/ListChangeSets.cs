using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Lists change sets, oldest first.</summary>
internal static class ListChangeSets
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapGet("", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listChangeSets",
            "Lists change sets, oldest first; state=open shows only open ones.",
            "Committed and abandoned change sets stay listed.")
        .Returns<Page<ChangeSetShape>>();

    private static async Task<IResult> HandleAsync(HttpContext context, UnitRunner units, string? state, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var after = page.Value.AfterId();
        if (!after.Succeeded) return Problem.Of(after.Failure);
        var wanted = EnumNames.ParseOrNull<ChangeSetState>(state);
        if (state is not null && wanted is null)
            return Problem.Of(CommonFailures.InvalidParameter("state", "it is open, committed or abandoned."));

        var clusterId = context.Cluster().Id;
        var rows = await units.ReadAsync(
            context,
            (db, ct) => db.ChangeSets
                .Where(
                    s => s.ClusterId == clusterId && (wanted == null || s.State == wanted) && (after.Value == null || s.Id > after.Value))
                .OrderBy(s => s.Id)
                .Take(page.Value.Size + 1)
                .Select(s => new { Record = s, Edits = db.ChangeSetEdits.Count(e => e.ChangeSetId == s.Id) })
                .ToListAsync(ct));
        return rows.Match(found =>
        {
            var (items, next) = page.Value.Cut(found, r => r.Record.Id.ToString());
            var answer = new Page<ChangeSetShape>
            {
                Items = [.. items.Select(r => ChangeSetResponse.Show(r.Record, r.Edits))],
                NextPageToken = next
            };
            return JsonReplies.Json(answer, RestJson.Default.PageChangeSetShape);
        });
    }
}
