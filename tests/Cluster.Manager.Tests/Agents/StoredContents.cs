using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Tests.Agents;

/// <summary>Which bundles and parts the database holds: nobody is told that, and it is what pruning and sharing are about.</summary>
internal static class StoredContents
{
    public static async Task<int> CountAsync(TestManager host) => (await HashesAsync(host)).Count;

    public static Task<List<string>> HashesAsync(TestManager host) =>
        host.Get<ClusterDatabase>().ReadAsync((db, ct) => db.Contents.Select(c => c.Hash).ToListAsync(ct), CancellationToken.None);
}
