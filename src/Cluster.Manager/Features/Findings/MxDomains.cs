using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Features.Configuration;
using Cluster.Pki.Names;
using Cluster.Storage;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Findings;

/// <summary>Gathers the domains that listeners of any cluster name.</summary>
internal sealed class MxDomains(ClusterDatabase database, SnapshotStore snapshots)
{
    /// <summary>Reads them, normalised.</summary>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public Task<IReadOnlySet<string>> ReadAsync(CancellationToken ct) => database.ReadAsync((db, token) => ReadAsync(db, token), ct);

    private async Task<IReadOnlySet<string>> ReadAsync(ClusterDbContext db, CancellationToken ct)
    {
        var domains = new HashSet<string>(StringComparer.Ordinal);
        foreach (var cluster in await db.Clusters.AsNoTracking().ToListAsync(ct))
        {
            foreach (var item in (await snapshots.RunningAsync(db, cluster, ct)).Items) domains.UnionWith(DomainsOf(item));
        }

        return domains;
    }

    private static IEnumerable<string> DomainsOf(Item item)
    {
        if (item is not { Hidden: false, Key.Kind: Kinds.Listeners }) yield break;
        foreach (var domain in item.Document!.Read<Listener>().Domains ?? [])
        {
            if (DnsNames.TryNormalise(domain, out var normalised)) yield return normalised;
        }
    }
}
