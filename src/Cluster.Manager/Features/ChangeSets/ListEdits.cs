using Cluster.Contracts.ChangeSets;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Domain.ChangeSets;
using Cluster.Domain.Fleet;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Lists the edits of a change set by level, kind and name.</summary>
internal static class ListEdits
{
    public static void Map(IEndpointRouteBuilder changeSets) => changeSets.MapGet("/{id}/edits", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Operation(
            "listEdits",
            "Lists the staged edits by level, kind and name.",
            "Each edit shows what it does and the revision on which it is based.")
        .Returns<Page<EditShape>>();

    private static async Task<IResult> HandleAsync(
        HttpContext context, UnitRunner units, Staging staging, FleetReader fleet, string id, int? pageSize, string? pageToken)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var outcome = await units.ReadAsync(context, async (db, ct) =>
        {
            var found = await ChangeSetResponse.FindAsync(db, context.Cluster().Id, id, ct);
            var edits = await staging.EditsAsync(db, found.Id, ct);
            var bases = edits.Select(e => e.BaseVersionId).OfType<Guid>().ToList();
            var revisions = await db.Items.Where(i => bases.Contains(i.Id)).ToDictionaryAsync(i => i.Id, i => i.FromRevision, ct);
            var facts = await fleet.ReadAsync(db, found.ClusterId, ct);
            return edits.Select(e => Show(e, revisions, facts)).ToList();
        });
        return outcome.Match(edits => Answer(page.Value, edits));
    }

    private static IResult Answer(PageRequest page, IReadOnlyList<EditShape> edits)
    {
        var (items, next) = page.Sort(edits, e => $"{e.Level}\n{e.Kind}\n{e.Name}");
        return JsonReplies.Json(new Page<EditShape> { Items = items, NextPageToken = next }, RestJson.Default.PageEditShape);
    }

    private static EditShape Show(StagedEdit edit, Dictionary<Guid, long> revisions, FleetFacts fleet) => new()
    {
        Level = fleet.LevelOf(edit.Key.LevelKind, edit.Key.LevelId).ToString(),
        Kind = edit.Key.Kind,
        Name = ChangeResponse.NameOf(edit.Key, edit.Name, fleet),
        Change = (edit.Kind, edit.BaseVersionId) switch { (EditKind.Delete, _) => "deleted", (_, null) => "created", _ => "updated" },
        Base = edit.BaseVersionId is { } id && revisions.TryGetValue(id, out var revision) ? revision : null,
    };
}
