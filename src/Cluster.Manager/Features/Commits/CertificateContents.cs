using Cluster.Contracts.Certificates;
using Cluster.Contracts.Json;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Cluster.Domain.Bundles;
using Cluster.Domain.Configuration;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Cluster.Manager.Features.Commits;

/// <summary>
/// Gives the contents of the certificate versions that configurations point to. Bytes never change and are kept; marks and keys
/// are read again when there are others.
/// </summary>
internal sealed class CertificateContents : IDisposable
{
    private const int ChunkSize = 500;
    private const long MaxBytes = 128 * 1024 * 1024;

    private readonly MemoryCache bytes = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <summary>Loads what the snapshots point to.</summary>
    public async Task<CertificateLookup> LoadAsync(
        ClusterDbContext db, Guid clusterId, IReadOnlyCollection<ConfigurationSnapshot> snapshots, CancellationToken ct)
    {
        var wanted = snapshots.SelectMany(s => s.Items).Where(i => !i.Hidden && i.Key.Is<CertificateSettings>())
            .Select(i => new Place(i.Key.LevelKind, i.Key.LevelId, i.Key.Name, i.Document!.Read<CertificateSettings>().Version))
            .ToHashSet();
        if (wanted.Count == 0) return static (_, _, _, _) => null;

        var stored = await StoredAsync(db, clusterId, ct);
        var marks = wanted.Select(place => stored.Marks.GetValueOrDefault(place)).OfType<Mark>().ToList();
        var parts = await PartsAsync(db, [.. marks.Select(m => m.Id)], ct);
        var contents = marks.ToDictionary(m => m.Place, m => ToContent(m, parts[m.Id], stored));
        return (levelKind, levelId, name, version) => contents.GetValueOrDefault(new Place(levelKind, levelId, name, version));
    }

    /// <summary>
    /// Names which versions, marks and keys a cluster has: nothing of a version changes but its marks, and every addition is
    /// later than the last.
    /// </summary>
    public static async Task<string> StateAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var versions = await db.CertificateVersions.Where(v => v.ClusterId == clusterId).GroupBy(v => v.ClusterId)
            .Select(
                g => new { All = g.Count(), Compromised = g.Count(v => v.CompromisedAt != null),
                Destroyed = g.Count(v => v.DestroyedAt != null), Last = g.Max(v => v.CreatedAt) })
            .SingleOrDefaultAsync(ct);
        var keys = await db.Keys.Where(k => k.ClusterId == clusterId && k.Sealed != null)
            .GroupBy(k => k.ClusterId)
            .Select(g => new { All = g.Count(), Last = g.Max(k => k.CreatedAt) })
            .SingleOrDefaultAsync(ct);
        return $"{versions?.All}|{versions?.Compromised}|{versions?.Destroyed}|{versions?.Last:O}|{keys?.All}|{keys?.Last:O}";
    }

    // What a unit of work reads may hold what it made itself and never commits: only what is committed is kept.
    private async Task<Stored> StoredAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var state = await StateAsync(db, clusterId, ct);
        if (bytes.TryGetValue((clusterId, nameof(Stored)), out Stored? known) && known!.State == state) return known;
        var marks =
            await Marks(db.CertificateVersions.AsNoTracking().Where(v => v.ClusterId == clusterId)).ToDictionaryAsync(m => m.Place, ct);
        var keys = await db.Keys.AsNoTracking()
            .Where(k => k.ClusterId == clusterId && k.Sealed != null)
            .Select(k => k.PublicKeySha256)
            .ToHashSetAsync(ct);
        var read = new Stored(
            state, marks, keys, marks.Values.Where(m => m.Compromised).Select(m => m.PublicKeySha256).ToHashSet(StringComparer.Ordinal));
        return db.IsCommitted(clusterId, long.MaxValue)
            ? bytes.Set((clusterId, nameof(Stored)), read, new MemoryCacheEntryOptions { Size = 1 + (marks.Count * 600L) })
            : read;
    }

    /// <summary>The content of a stored version.</summary>
    public static CertificateContent Of(CertificateVersion row, bool hasPrivateKey) => new()
    {
        Leaf = row.Leaf,
        Chain = PackedChain.Split(row.Chain),
        Sha256 = row.Sha256,
        ContentId = IdOf(row.Leaf, row.Chain),
        PublicKeySha256 = row.PublicKeySha256,
        HasPrivateKey = hasPrivateKey || row.Custody == KeyCustody.Host,
        Source = row.Source,
        NotAfter = row.NotAfter,
    };

    private static string IdOf(byte[] leaf, byte[] chain) => CanonicalJson.Sha256(leaf) + CanonicalJson.Sha256(chain);

    private static IQueryable<Mark> Marks(IQueryable<CertificateVersion> versions) => versions.Select(v => new Mark(
        v.Id, new Place(
            v.LevelKind,
            v.LevelId,
            v.Name,
            v.Number), v.Source, v.Custody, v.Sha256, v.PublicKeySha256, v.NotAfter, v.CompromisedAt != null, v.DestroyedAt != null));

    private static CertificateContent ToContent(Mark mark, Parts parts, Stored stored) => new()
    {
        Leaf = parts.Leaf,
        Chain = parts.Chain,
        Sha256 = mark.Sha256,
        ContentId = parts.ContentId,
        PublicKeySha256 = mark.PublicKeySha256,
        HasPrivateKey = mark.Custody == KeyCustody.Host || stored.Keys.Contains(mark.PublicKeySha256),
        Source = mark.Source,
        NotAfter = mark.NotAfter,
        // What is disclosed is the key: every version of it is as bad as the marked one.
        Compromised = stored.CompromisedKeys.Contains(mark.PublicKeySha256),
        Destroyed = mark.Destroyed,
    };

    private async Task<Dictionary<Guid, Parts>> PartsAsync(ClusterDbContext db, IReadOnlyList<Guid> ids, CancellationToken ct)
    {
        var found = new Dictionary<Guid, Parts>(ids.Count);
        foreach (var id in ids)
        {
            if (bytes.TryGetValue(id, out Parts? known)) found[id] = known!;
        }

        foreach (var chunk in ids.Where(id => !found.ContainsKey(id)).Chunk(ChunkSize))
        {
            var rows = await db.CertificateVersions.AsNoTracking()
                .Where(v => chunk.Contains(v.Id))
                .Select(v => new { v.Id, v.Leaf, v.Chain })
                .ToListAsync(ct);
            foreach (var row in rows)
            {
                found[row.Id] = new Parts(row.Leaf, PackedChain.Split(row.Chain), IdOf(row.Leaf, row.Chain));
                bytes.Set(row.Id, found[row.Id], new MemoryCacheEntryOptions { Size = row.Leaf.Length + row.Chain.Length + 256 });
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => bytes.Dispose();

    private readonly record struct Place(LevelKind LevelKind, Guid LevelId, string Name, int Number);

    private sealed record Mark(
        Guid Id,
        Place Place,
        CertificateSource Source,
        KeyCustody Custody,
        string Sha256,
        string PublicKeySha256,
        DateTimeOffset NotAfter,
        bool Compromised,
        bool Destroyed);

    private sealed record Stored(
        string State, IReadOnlyDictionary<Place, Mark> Marks, IReadOnlySet<string> Keys, IReadOnlySet<string> CompromisedKeys);

    private sealed record Parts(ReadOnlyMemory<byte> Leaf, IReadOnlyList<ReadOnlyMemory<byte>> Chain, string ContentId);
}
