using Cluster.Contracts.Certificates;
using Cluster.Manager.Features.Commits;
using Cluster.Pki.Certificates;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Stores and finds versions of certificates.</summary>
internal sealed class VersionRows(CertificateQuotas quotas, TimeProvider clock)
{
    /// <summary>How many versions a cluster may have.</summary>
    public CertificateQuotas Quotas => quotas;

    /// <summary>Versions of one name at one level.</summary>
    public static IQueryable<CertificateVersion> Of(ClusterDbContext db, Guid clusterId, ItemLevel level, string name) =>
        db.CertificateVersions.Where(v => v.ClusterId == clusterId && v.LevelKind == level.Kind && v.LevelId == level.Id && v.Name == name);

    /// <summary>Stores a version under the next number, which also counts those that were destroyed.</summary>
    public async Task<CertificateVersion> AddAsync(
        ClusterDbContext db, Guid clusterId, ItemLevel level, string name, NewVersion content, CancellationToken ct)
    {
        var last = await Of(db, clusterId, level, name).MaxAsync(v => (int?)v.Number, ct) ?? 0;
        var now = Instants.Cut(clock.GetUtcNow());
        var row = new CertificateVersion
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = clusterId,
            LevelKind = level.Kind,
            LevelId = level.Id,
            Name = name,
            Number = last + 1,
            Source = content.Source,
            Custody = KeyCustody.Manager,
            Leaf = content.Leaf.Der.ToArray(),
            Chain = PackedChain.Pack(content.Intermediates.Select(c => c.Der)),
            Sha256 = content.Leaf.Sha256,
            PublicKeySha256 = content.Leaf.PublicKeySha256,
            NotAfter = content.Leaf.NotAfter,
            CreatedAt = now,
        };
        db.CertificateVersions.Add(row);
        // The validator of the commit reads versions from the database.
        await db.SaveChangesAsync(ct);
        return row;
    }

    /// <summary>Stores the content of a version under the next number at another level.</summary>
    public async Task<CertificateVersion> CopyAsync(ClusterDbContext db, CertificateVersion row, ItemLevel to, CancellationToken ct)
    {
        var last = await Of(db, row.ClusterId, to, row.Name).MaxAsync(v => (int?)v.Number, ct) ?? 0;
        var copy = new CertificateVersion
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            ClusterId = row.ClusterId,
            LevelKind = to.Kind,
            LevelId = to.Id,
            Name = row.Name,
            Number = last + 1,
            Source = row.Source,
            Custody = row.Custody,
            Leaf = row.Leaf,
            Chain = row.Chain,
            Sha256 = row.Sha256,
            PublicKeySha256 = row.PublicKeySha256,
            NotAfter = row.NotAfter,
            CreatedAt = row.CreatedAt,
            CompromisedAt = row.CompromisedAt,
        };
        db.CertificateVersions.Add(copy);
        await db.SaveChangesAsync(ct);
        return copy;
    }

    /// <summary>Finds a version that says exactly the same and can be used.</summary>
    public static async Task<CertificateVersion?> FindSameAsync(
        ClusterDbContext db, Guid clusterId, ItemLevel level, string name, NewVersion content, CancellationToken ct)
    {
        var chain = PackedChain.Pack(content.Intermediates.Select(c => c.Der));
        var rows = await Of(db, clusterId, level, name)
            .AsNoTracking()
            .Where(v => v.Sha256 == content.Leaf.Sha256 && v.DestroyedAt == null)
            .OrderByDescending(v => v.Number)
            .ToListAsync(ct);
        return rows.Find(v => v.Chain.AsSpan().SequenceEqual(chain));
    }

    /// <summary>Whether a version with the key, anywhere in the cluster, was marked compromised.</summary>
    public static Task<bool> IsCompromisedAsync(ClusterDbContext db, Guid clusterId, string publicKeySha256, CancellationToken ct) =>
        db.CertificateVersions.AnyAsync(
            v => v.ClusterId == clusterId && v.PublicKeySha256 == publicKeySha256 && v.CompromisedAt != null, ct);

    /// <summary>The leaf of a stored version.</summary>
    public static CertificateInfo LeafOf(CertificateVersion row) =>
        CertificateInfo.TryRead(row.Leaf) ?? throw new InvalidOperationException($"The stored certificate {row.Sha256} is unreadable.");

    /// <summary>The intermediates of a stored version.</summary>
    public static IReadOnlyList<CertificateInfo> IntermediatesOf(CertificateVersion row) =>
        [.. PackedChain.Split(row.Chain).Select(c => CertificateInfo.TryRead(c.Span)).OfType<CertificateInfo>()];
}

/// <summary>Content of a version that is to be stored.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="Leaf">The leaf.</param>
/// <param name="Intermediates">Intermediates in the order in which they are served.</param>
internal sealed record NewVersion(CertificateSource Source, CertificateInfo Leaf, IReadOnlyList<CertificateInfo> Intermediates);
