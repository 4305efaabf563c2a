using Cluster.Contracts.ChangeSets;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Requests;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>How change sets are found and shown.</summary>
internal static class ChangeSetResponse
{
    public const string Example =
        """{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","state":"open","author":"ci","description":"renew mx","edits":2,"createdAt":"2026-11-24T08:00:00Z"}""";

    /// <summary>Finds a change set of the cluster, open or not; refuses one that is not there.</summary>
    public static async Task<ChangeSetRecord> FindAsync(ClusterDbContext db, Guid clusterId, string id, CancellationToken ct)
    {
        var parsed = Guid.TryParse(id, out var value) ? value : Guid.Empty;
        return await db.ChangeSets.AsNoTracking().SingleOrDefaultAsync(c => c.Id == parsed && c.ClusterId == clusterId, ct)
            ?? throw new RefusedException(CommonFailures.NotFound("change set", id));
    }

    /// <summary>Finds one that is to be changed: it must be as If-Match says, and open.</summary>
    public static async Task<ChangeSetRecord> OpenAsync(ClusterDbContext db, WriteRequest request, string id, CancellationToken ct)
    {
        var found = await FindAsync(db, request.ClusterId, id, ct);
        request.CheckConditions(Tag(found));
        return await Staging.OpenAsync(db, found.ClusterId, found.Id, ct);
    }

    public static ChangeSetShape Show(ChangeSetRecord changeSet, int edits) => new()
    {
        Id = changeSet.Id,
        State = changeSet.State,
        Author = changeSet.Author,
        Description = changeSet.Description,
        Edits = edits,
        CreatedAt = changeSet.CreatedAt,
        Revision = changeSet.Revision,
    };

    /// <summary>Entity tag: changes with every edit.</summary>
    public static string Tag(ChangeSetRecord changeSet) =>
        ETags.Of("change-set", changeSet.Id, changeSet.Version, changeSet.State, changeSet.Description);
}
