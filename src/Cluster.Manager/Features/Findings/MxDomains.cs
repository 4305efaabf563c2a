using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Commits;
using Cluster.Pki.Names;
using Cluster.Storage;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Findings;

/// <summary>Gathers the domains that the listeners of each cluster name.</summary>
internal sealed class MxDomains(ClusterDatabase database, SnapshotStore snapshots)
{
    /// <summary>Reads them, normalised; clusters that name none are there too.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public Task<IReadOnlyDictionary<Guid, IReadOnlySet<string>>> ReadAsync(CancellationToken ct) =>
        database.ReadAsync((db, token) => ReadAsync(db, token), ct);

    private async Task<IReadOnlyDictionary<Guid, IReadOnlySet<string>>> ReadAsync(ClusterDbContext db, CancellationToken ct)
    {
        var domains = new Dictionary<Guid, IReadOnlySet<string>>();
        foreach (var cluster in await db.Clusters.AsNoTracking().ToListAsync(ct))
        {
            domains[cluster.Id] = (await snapshots.RunningAsync(db, cluster, ct)).Items
                .SelectMany(DomainsOf)
                .ToHashSet(StringComparer.Ordinal);
        }

        return domains;
    }

    private static IEnumerable<string> DomainsOf(Item item)
    {
        if (item.Hidden || !item.Key.Is<Listener>()) yield break;
        foreach (var domain in item.Document!.Read<Listener>().Domains ?? [])
        {
            if (DnsNames.TryNormalise(domain, out var normalised)) yield return normalised;
        }
    }
}
