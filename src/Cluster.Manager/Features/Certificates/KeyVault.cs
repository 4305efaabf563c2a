using System.Security.Cryptography;
using Cluster.Pki.Keys;
using Cluster.Storage;
using Cluster.Storage.Certificates;
using Cluster.Storage.Secrets;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Keeps private keys of certificates sealed in the database, one row a cluster and public key.</summary>
internal sealed class KeyVault(EnvelopeCipher cipher, TimeProvider clock)
{
    /// <summary>Stores a key in the unit of work; one that is there already stays as it is.</summary>
    public async Task StoreAsync(ClusterDbContext db, Guid clusterId, PrivateKeyMaterial key, CancellationToken ct)
    {
        var row = await FindAsync(db, clusterId, key.PublicKeySha256, ct);
        if (row is { Sealed: not null }) return;
        row ??= Add(db, clusterId, key.Public);
        var pkcs8 = key.ExportPkcs8();
        row.Sealed = cipher.Seal(pkcs8, Context(row));
        row.DestroyedAt = null;
        CryptographicOperations.ZeroMemory(pkcs8);
    }

    /// <summary>
    /// Takes a key as stored that was not made, in a unit of work that stores nothing: the checks of a dry run find it as they
    /// would.
    /// </summary>
    public async Task PromiseAsync(ClusterDbContext db, Guid clusterId, PublicKeyMaterial key, CancellationToken ct)
    {
        var row = await FindAsync(db, clusterId, key.Sha256, ct) ?? Add(db, clusterId, key);
        row.Sealed = [];
    }

    /// <summary>Opens a key; null when it is not here.</summary>
    public async Task<PrivateKeyMaterial?> OpenAsync(ClusterDbContext db, Guid clusterId, string publicKeySha256, CancellationToken ct)
    {
        var row =
            await db.Keys.AsNoTracking().SingleOrDefaultAsync(k => k.ClusterId == clusterId && k.PublicKeySha256 == publicKeySha256, ct);
        if (row?.Sealed is not { } sealedKey) return null;
        var pkcs8 = cipher.Open(sealedKey, Context(row));
        try
        {
            return PrivateKeyMaterial.TryReadPkcs8(pkcs8)
                ?? throw new InvalidOperationException($"The stored key {publicKeySha256} is unreadable.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>Destroys a key unless a version that is not destroyed, or an open request, still has it.</summary>
    /// <returns>Whether it was destroyed.</returns>
    public async Task<bool> DestroyIfUnusedAsync(ClusterDbContext db, Guid clusterId, string publicKeySha256, CancellationToken ct) =>
        await db.DestroyUnusedKeysAsync(clusterId, [publicKeySha256], clock.GetUtcNow(), ct) > 0;

    private StoredKey Add(ClusterDbContext db, Guid clusterId, PublicKeyMaterial key)
    {
        var now = Instants.Cut(clock.GetUtcNow());
        var row = new StoredKey
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = clusterId,
            PublicKeySha256 = key.Sha256,
            Algorithm = KeyMaking.NameOf(key.Algorithm),
            Size = key.Size,
            CreatedAt = now,
        };
        db.Keys.Add(row);
        return row;
    }

    private static Task<StoredKey?> FindAsync(ClusterDbContext db, Guid clusterId, string publicKeySha256, CancellationToken ct) =>
        db.Keys.AsTracking().SingleOrDefaultAsync(k => k.ClusterId == clusterId && k.PublicKeySha256 == publicKeySha256, ct);

    private static SealContext Context(StoredKey row) => new(SealKinds.CertificateKey, row.ClusterId, row.Id, row.PublicKeySha256);
}
