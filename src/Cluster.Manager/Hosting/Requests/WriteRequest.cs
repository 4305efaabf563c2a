using System.Text.Json.Nodes;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage.Audit;

namespace Cluster.Manager.Hosting.Requests;

/// <summary>A request that changes something, besides its body: who asks, where, staged or at once, in earnest or as a dry run.</summary>
internal sealed class WriteRequest
{
    /// <summary>Name of the header that stages a write or overlays a read.</summary>
    public const string ChangeSetHeader = "Change-Set";

    private readonly HttpContext context;

    private WriteRequest(HttpContext context, Guid? changeSetId)
    {
        this.context = context;
        ChangeSetId = changeSetId;
        Acknowledge = [.. context.Request.Query["acknowledge"]
            .SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }

    /// <summary>The cluster in the path.</summary>
    public ClusterScope Cluster => context.Cluster();

    /// <summary>Id of the cluster in the path.</summary>
    public Guid ClusterId => Cluster.Id;

    /// <summary>Who asks.</summary>
    public Caller Caller => context.Caller();

    /// <summary>Name of who asks, as revisions and audit events bear it.</summary>
    public string Author => Caller.Name;

    /// <summary>Value of <c>?level=</c>; null = absent.</summary>
    public string? Level => context.Request.Query["level"].FirstOrDefault();

    /// <summary>The change set of the header <c>Change-Set</c>; null = at once.</summary>
    public Guid? ChangeSetId { get; }

    /// <summary>Whether nothing is stored. The unit of work sees to that; code asks only to leave out what a dry run cannot show.</summary>
    public bool DryRun => context.IsDryRun();

    /// <summary>Codes of <c>?acknowledge=</c>.</summary>
    public IReadOnlyList<string> Acknowledge { get; }

    /// <summary>The id under which the request is traced and logged.</summary>
    public string TraceId => Problem.TraceIdOf(context);

    public static Outcome<WriteRequest> Read(HttpContext context)
    {
        var changeSet = ChangeSetOf(context);
        return changeSet.Succeeded ? new WriteRequest(context, changeSet.Value) : changeSet.Failure;
    }

    /// <summary>Reads the header <c>Change-Set</c>; null = absent.</summary>
    public static Outcome<Guid?> ChangeSetOf(HttpContext context)
    {
        var header = context.Request.Headers[ChangeSetHeader];
        if (header.Count == 0) return (Guid?)null;
        return header.Count == 1 && Guid.TryParse(header[0], out var id) ? id : CommonFailures.NotFound("change set", header.ToString());
    }

    /// <summary>Refuses the request when If-Match or If-None-Match do not hold; null = what is written does not exist.</summary>
    public void CheckConditions(string? current) => context.CheckConditions(current).OrRefuse();

    /// <summary>An entry in the audit chain of the cluster.</summary>
    /// <param name="action">Noun and verb, for example <c>machine.ban</c>.</param>
    /// <param name="target">Path below the cluster, for example <c>machines/mx1</c>.</param>
    /// <param name="detail">More, never a secret.</param>
    public AuditEntry Audit(string action, string target, JsonObject? detail = null) => context.Audit(action, target, detail);

    /// <summary>An entry in the audit chain of the installation.</summary>
    public AuditEntry AuditInstallation(string action, string target, JsonObject? detail = null) =>
        context.AuditInstallation(action, target, detail);
}
