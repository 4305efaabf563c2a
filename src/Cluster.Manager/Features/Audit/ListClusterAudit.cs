using Cluster.Contracts.Audit;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Audit;

/// <summary>Lists the audit events of a cluster.</summary>
internal static class ListClusterAudit
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/clusters/{c}/audit", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .WithTags("audit")
        .Operation(
            "listClusterAudit",
            "Lists audit events of the cluster, newest first.",
            "Events are chained by hashes; cluster-manager check verifies the chain.")
        .Returns<Page<AuditEventShape>>(example: AuditQuery.Example);

    private static Task<IResult> HandleAsync(HttpContext context, UnitRunner units, [AsParameters] AuditQuery query)
    {
        var id = context.Cluster().Id;
        return query.AnswerAsync(context, units, e => e.ClusterId == id);
    }
}
