using Cluster.Contracts.Audit;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Units;

namespace Cluster.Manager.Features.Audit;

/// <summary>Lists the audit events of a cluster.</summary>
internal static class ListClusterAudit
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/clusters/{c}/audit", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .WithTags("audit")
        .Operation("listClusterAudit", "Lists audit events of the cluster, newest first.")
        .Returns<Page<AuditEventShape>>(example: AuditQuery.Example);

    private static async Task<IResult> HandleAsync(HttpContext context, ClusterDatabase database, int? pageSize, string? pageToken, string? actor, string? action, string? target)
    {
        var page = PageRequest.Read(pageSize, pageToken);
        if (!page.Succeeded) return page.Match(_ => Results.Empty);
        var before = page.Value.AfterId();
        if (!before.Succeeded) return before.Match(_ => Results.Empty);
        var id = context.Cluster().Id;
        var query = new AuditQuery(actor, action, target);
        return AuditQuery.Answer(await database.ReadAsync(
            (db, ct) => query.ReadAsync(db, db.AuditEvents.Where(e => e.ClusterId == id), page.Value, before.Value, ct),
            context.RequestAborted));
    }
}
