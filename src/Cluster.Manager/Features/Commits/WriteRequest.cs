using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;

namespace Cluster.Manager.Features.Commits;

/// <summary>Who writes, and how: at once or staged, in earnest or as a dry run.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Author">Name of the principal.</param>
/// <param name="ChangeSetId">The change set of the header <c>Change-Set</c>; null = at once.</param>
/// <param name="DryRun">Whether nothing is stored.</param>
/// <param name="Acknowledge">Codes of <c>?acknowledge=</c>.</param>
/// <param name="TraceId">Trace id of the request.</param>
internal sealed record WriteRequest(Guid ClusterId, string Author, Guid? ChangeSetId, bool DryRun, IReadOnlyList<string> Acknowledge, string TraceId)
{
    /// <summary>Name of the header that stages a write or overlays a read.</summary>
    public const string ChangeSetHeader = "Change-Set";

    /// <summary>Reads it from the request.</summary>
    public static Outcome<WriteRequest> From(HttpContext context)
    {
        var changeSet = ChangeSetOf(context);
        if (!changeSet.Succeeded) return changeSet.Failure;
        var acknowledge = context.Request.Query["acknowledge"].SelectMany(v => (v ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return new WriteRequest(context.Cluster().Id, context.Caller().Name, changeSet.Value, context.IsDryRun(), [.. acknowledge], Problem.TraceIdOf(context));
    }

    /// <summary>Reads the header <c>Change-Set</c>; null = absent.</summary>
    public static Outcome<Guid?> ChangeSetOf(HttpContext context)
    {
        var header = context.Request.Headers[ChangeSetHeader];
        if (header.Count == 0) return (Guid?)null;
        return header.Count == 1 && Guid.TryParse(header[0], out var id) ? id : CommonFailures.NotFound("change set", header.ToString());
    }
}
