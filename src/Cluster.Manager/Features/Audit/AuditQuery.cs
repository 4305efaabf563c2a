using System.Linq.Expressions;
using System.Text.Json;
using Cluster.Contracts.Audit;
using Cluster.Contracts.Json;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Access;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Audit;

/// <summary>Which audit events are asked for.</summary>
/// <param name="Actor">Only of this actor; absent = all.</param>
/// <param name="Action">Only this action; absent = all.</param>
/// <param name="Target">Only targets that begin so; absent = all.</param>
/// <param name="PageSize">Most items, 1 to 500; default 50.</param>
/// <param name="PageToken">nextPageToken of the page before.</param>
internal sealed record AuditQuery(string? Actor, string? Action, string? Target, int? PageSize, string? PageToken)
{
    /// <summary>Example of an event.</summary>
    public const string Example = """{"items":[{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","cluster":"mail","sequence":17,"at":"2026-11-24T08:00:00Z","actor":"ci","action":"machine.remove","target":"machines/mx1.example.com","traceId":"0af7651916cd43dd8448eb211c80319c","previousHash":"00","hash":"01"}]}""";

    /// <summary>Answers with a page of what the caller may see, newest first.</summary>
    public async Task<IResult> AnswerAsync(HttpContext context, UnitRunner units, Expression<Func<AuditEvent, bool>> visible)
    {
        var page = PageRequest.Read(PageSize, PageToken);
        if (!page.Succeeded) return Problem.Of(page.Failure);
        var before = page.Value.AfterId();
        if (!before.Succeeded) return Problem.Of(before.Failure);
        var listed = await units.ReadAsync(context, (db, ct) => ReadAsync(db, db.AuditEvents.Where(visible), page.Value, before.Value, ct));
        return listed.Match(p => JsonReplies.Json(p, RestJson.Default.PageAuditEventShape));
    }

    private async Task<Page<AuditEventShape>> ReadAsync(
        ClusterDbContext db, IQueryable<AuditEvent> visible, PageRequest page, Guid? before, CancellationToken ct)
    {
        var rows = await Filter(visible)
            .Where(e => before == null || e.Id < before)
            .OrderByDescending(e => e.Id)
            .Take(page.Size + 1)
            .ToListAsync(ct);
        var (items, next) = page.Cut(rows, e => e.Id.ToString());
        var names = await db.Clusters.ToDictionaryAsync(c => c.Id, c => c.Name, ct);
        return new Page<AuditEventShape> { Items = [.. items.Select(e => Show(e, names))], NextPageToken = next };
    }

    private IQueryable<AuditEvent> Filter(IQueryable<AuditEvent> events)
    {
        if (Actor is not null) events = events.Where(e => e.Actor == Actor);
        if (Action is not null) events = events.Where(e => e.Action == Action);
        return Target is null ? events : events.Where(e => e.Target.StartsWith(Target));
    }

    private static AuditEventShape Show(AuditEvent stored, Dictionary<Guid, string> names) => new()
    {
        Id = stored.Id,
        Cluster = stored.ClusterId is { } id ? names.GetValueOrDefault(id) : null,
        Sequence = stored.Sequence,
        At = stored.At,
        Actor = stored.Actor,
        Action = stored.Action,
        Target = stored.Target,
        Revision = stored.Revision,
        TraceId = stored.TraceId.Length == 0 ? null : stored.TraceId,
        Detail = stored.Detail == "{}" ? null : JsonSerializer.Deserialize(stored.Detail, RestJson.Default.JsonElement),
        PreviousHash = stored.PreviousHash,
        Hash = stored.Hash,
    };
}
