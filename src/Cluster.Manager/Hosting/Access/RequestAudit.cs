using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Problems;
using Cluster.Storage.Audit;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Audit entries of requests.</summary>
internal static class RequestAudit
{
    /// <summary>An entry in the chain of the cluster of the route.</summary>
    /// <param name="context">The request.</param>
    /// <param name="action">Noun and verb, for example <c>machine.ban</c>.</param>
    /// <param name="target">Path below the cluster, for example <c>machines/mx1</c>.</param>
    /// <param name="detail">More, never a secret.</param>
    public static AuditEntry Audit(this HttpContext context, string action, string target, JsonObject? detail = null) =>
        Entry(context, context.Cluster().Id, action, target, detail);

    /// <summary>An entry in the chain of the installation.</summary>
    public static AuditEntry AuditInstallation(this HttpContext context, string action, string target, JsonObject? detail = null) =>
        Entry(context, null, action, target, detail);

    private static AuditEntry Entry(HttpContext context, Guid? cluster, string action, string target, JsonObject? detail) =>
        new(cluster, context.Caller().Name, action, target)
        {
            TraceId = Problem.TraceIdOf(context),
            Detail = detail is null
                ? "{}"
                : CanonicalJson.ToText(JsonSerializer.SerializeToElement(detail, ProblemJson.Default.JsonObject)),
        };
}
