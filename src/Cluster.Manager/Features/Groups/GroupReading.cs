using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Manager.Hosting.Problems;
using Cluster.Manager.Hosting.Units;
using Cluster.Storage;
using Cluster.Storage.Configuration;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Groups;

/// <summary>Reads groups as the running configuration has them, overlaid with the change set of the request.</summary>
internal sealed class GroupReading(ConfigurationViews views)
{
    public async Task<IReadOnlyList<KnownGroup>> AllAsync(ClusterDbContext db, Guid cluster, Guid? changeSet, CancellationToken ct)
    {
        var view = await views.ReadAsync(db, cluster, changeSet, ct);
        var rows = await db.Groups.AsNoTracking().Where(g => g.ClusterId == cluster).ToListAsync(ct);
        var counts = await db.Machines.Where(m => m.ClusterId == cluster)
            .GroupBy(m => m.GroupId)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        List<KnownGroup> known = [];
        foreach (var row in rows)
        {
            if (view.Shown.Find(ItemKey.OfGroup(row.Id)) is { } item) known.Add(
                new KnownGroup(row, item, counts.GetValueOrDefault(row.Id)));
        }

        return [.. known.OrderBy(g => g.Row.Name, StringComparer.Ordinal)];
    }

    /// <summary>One group; refuses one that is not there.</summary>
    public async Task<KnownGroup> OneAsync(ClusterDbContext db, Guid cluster, Guid? changeSet, string name, CancellationToken ct)
    {
        var all = await AllAsync(db, cluster, changeSet, ct);
        return all.FirstOrDefault(g => g.Row.Name == name) ?? throw new RefusedException(CommonFailures.NotFound("group", name));
    }

    /// <summary>The group that exists now, whatever a change set says, by name.</summary>
    public static Task<MachineGroup?> RunningAsync(ClusterDbContext db, Guid cluster, string name, CancellationToken ct) =>
        db.Groups.SingleOrDefaultAsync(g => g.ClusterId == cluster && g.DeletedAt == null && g.Name == name, ct);
}
