using Cluster.Contracts.Audit;
using Cluster.Contracts.Paging;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.OpenApi;
using Cluster.Manager.Hosting.Units;

namespace Cluster.Manager.Features.Audit;

/// <summary>Lists the audit events of all clusters that the caller has a grant in, and of the installation for its owner.</summary>
internal static class ListAudit
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/audit", HandleAsync)
        .RequireAuthorization(Policies.Viewer)
        .Tagged("audit", "Who did what and when, in a chain of hashes.")
        .Operation(
            "listAudit",
            "Lists audit events of everything that the token has a grant in, newest first.",
            "Events of the installation itself are shown to owners only.")
        .Returns<Page<AuditEventShape>>(example: AuditQuery.Example);

    private static Task<IResult> HandleAsync(HttpContext context, UnitRunner units, [AsParameters] AuditQuery query)
    {
        var caller = context.Caller();
        var granted = caller.Clusters;
        var (all, installation) = (caller.SeesAll, caller.IsOwner);
        return query.AnswerAsync(context, units, e => e.ClusterId == null ? installation : all || granted.Contains(e.ClusterId!.Value));
    }
}
