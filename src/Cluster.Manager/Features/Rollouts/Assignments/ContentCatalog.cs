using System.Collections.Concurrent;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Caching;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Assignments;

/// <summary>What a bundle names: the only parts and keys that a machine with it may ask for.</summary>
/// <param name="Bundle">The bundle's bytes, shared by everybody who sends them.</param>
/// <param name="Services">Which part each service gets.</param>
/// <param name="Parts">Part bytes by hash.</param>
/// <param name="Keys">Hashes of the public keys of the private keys that the parts name.</param>
internal sealed record BundleContent(
    ReadOnlyMemory<byte> Bundle,
    IReadOnlyList<BundlePart> Services,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Parts,
    IReadOnlySet<string> Keys)
{
    /// <summary>Size of it all in memory.</summary>
    public long Size => Bundle.Length + Parts.Values.Sum(p => (long)p.Length);
}

/// <summary>
/// Bundles and parts as they are sent, encoded once, kept by cluster and hash; what is not at hand is read from the database.
/// </summary>
internal sealed class ContentCatalog(ClusterDatabase database)
{
    private const long Capacity = 128L * 1024 * 1024;
    private readonly BoundedCache<(Guid Cluster, string Hash), BundleContent> kept = new(Capacity, static content => content.Size);

    // Who asks while another one reads waits for that: a rollout makes a whole fleet ask for the same bundle.
    private readonly ConcurrentDictionary<(Guid Cluster, string Hash), Lazy<Task<BundleContent?>>> reading = new();

    /// <summary>Finds a bundle of a cluster.</summary>
    /// <returns>Null when the cluster has no such bundle.</returns>
    public async Task<BundleContent?> FindAsync(Guid clusterId, string bundleHash)
    {
        var key = (clusterId, bundleHash);
        if (kept.TryGet(key, out var known)) return known;
        var entry = reading.GetOrAdd(key, k => new Lazy<Task<BundleContent?>>(() => LoadAsync(k.Cluster, k.Hash)));
        try
        {
            var content = await entry.Value;
            return content is null ? null : kept.GetOrAdd(key, content);
        }
        finally
        {
            reading.TryRemove(new(key, entry));
        }
    }

    private Task<BundleContent?> LoadAsync(Guid clusterId, string bundleHash) => database.ReadAsync<BundleContent?>(
        async (db, ct) =>
        {
            var bytes = await db.Contents.Where(c => c.ClusterId == clusterId && c.Hash == bundleHash)
                .Select(c => c.Bytes)
                .SingleOrDefaultAsync(ct);
            if (bytes is null) return null;
            var services = DocumentReader.Read(bytes, ContractsJson.Default.Bundle).Value!.Parts;
            var hashes = services.Select(p => p.Sha256).ToHashSet(StringComparer.Ordinal);
            var parts = await db.Contents.Where(c => c.ClusterId == clusterId && hashes.Contains(c.Hash))
                .ToDictionaryAsync(c => c.Hash, c => (ReadOnlyMemory<byte>)c.Bytes, ct);
            return new BundleContent(bytes, services, parts, parts.Values.SelectMany(KeysOf).ToHashSet(StringComparer.Ordinal));
        },
        CancellationToken.None);

    private static IEnumerable<string> KeysOf(ReadOnlyMemory<byte> part) =>
        DocumentReader.Read(part, ContractsJson.Default.ServicePart).Value!.Certificates.Values.Select(c => c.PublicKeySha256);
}
