using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Domain.Failures;
using Cluster.Domain.Settings;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Problems;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.ChangeSets;

/// <summary>Finds the item that a level, kind and name speak of.</summary>
internal static class EditAddress
{
    /// <summary>Finds its key; a group's own item is addressed by the group's name at any level.</summary>
    public static async Task<Outcome<ItemKey>> FindAsync(
        ClusterDbContext db, Guid clusterId, string? level, string kind, string name, CancellationToken ct)
    {
        if (KindRegistry.Find(kind) is null) return CommonFailures.NotFound("kind", kind);
        if (kind == GroupSettings.Kind)
        {
            var group = await db.Groups.AsNoTracking()
                .Where(g => g.ClusterId == clusterId && g.Name == name)
                .OrderBy(g => g.DeletedAt != null)
                .FirstOrDefaultAsync(ct);
            return group is null ? CommonFailures.NotFound("group", name) : ItemKey.OfGroup(group.Id);
        }

        var found = await ItemLevel.TryFindAsync(db, clusterId, level, ct);
        return found.Succeeded ? found.Value.Key(kind, name) : found.Failure;
    }
}
