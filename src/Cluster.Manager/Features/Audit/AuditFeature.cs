namespace Cluster.Manager.Features.Audit;

/// <summary>Reading the audit chains.</summary>
internal static class AuditFeature
{
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        ListAudit.Map(api);
        ListClusterAudit.Map(api);
    }
}
