using Cluster.Contracts.ChangeSets;
using Cluster.Domain.Failures;
using Cluster.Manager.Hosting.Access;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>How change sets are found and shown.</summary>
internal static class ChangeSetResponse
{
    public const string Example =
        """{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","state":"open","author":"ci","description":"renew mx","edits":2,"createdAt":"2026-11-24T08:00:00Z"}""";

    /// <summary>Finds a change set of the cluster of the request, open or not.</summary>
    public static async Task<Outcome<ChangeSetRecord>> FindAsync(HttpContext context, ClusterDbContext db, string id, CancellationToken ct)
    {
        var clusterId = context.Cluster().Id;
        if (!Guid.TryParse(id, out var parsed)) return CommonFailures.NotFound("change set", id);
        var found = await db.ChangeSets.AsNoTracking().SingleOrDefaultAsync(c => c.Id == parsed && c.ClusterId == clusterId, ct);
        return found is null ? CommonFailures.NotFound("change set", id) : found;
    }

    /// <summary>Shows a change set.</summary>
    public static ChangeSetShape Show(ChangeSetRecord changeSet, int edits) => new()
    {
        Id = changeSet.Id,
        State = (ChangeSetState)(int)changeSet.Status,
        Author = changeSet.Author,
        Description = changeSet.Description,
        Edits = edits,
        CreatedAt = changeSet.CreatedAt,
        Revision = changeSet.Revision,
    };

    /// <summary>Entity tag: changes with every edit.</summary>
    public static string Tag(ChangeSetRecord changeSet) => ETags.Of("change-set", changeSet.Id, changeSet.Version, changeSet.Status, changeSet.Description);
}
