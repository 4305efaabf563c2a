using Cluster.Contracts.Levels;
using Cluster.Storage;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>What levels are called, departed machines and deleted groups included.</summary>
internal sealed class LevelLabels
{
    private readonly Dictionary<Guid, string> names;

    private LevelLabels(Dictionary<Guid, string> names) => this.names = names;

    /// <summary>Reads them for a cluster.</summary>
    public static async Task<LevelLabels> ReadAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var names = await db.Machines.AsNoTracking().Where(m => m.ClusterId == clusterId).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        foreach (var group in await db.Groups.AsNoTracking()
            .Where(g => g.ClusterId == clusterId)
            .Select(g => new { g.Id, g.Name })
            .ToListAsync(ct))
            names[group.Id] = group.Name;
        return new LevelLabels(names);
    }

    /// <summary>The level as people write it; an id that is not known stands for itself.</summary>
    public LevelName Of(LevelKind kind, Guid id) =>
        kind == LevelKind.Cluster ? LevelName.Cluster : new LevelName(kind, names.GetValueOrDefault(id) ?? id.ToString());

    /// <summary>Name of a machine; its id when it was forgotten.</summary>
    public string Machine(Guid id) => names.GetValueOrDefault(id) ?? id.ToString();
}
