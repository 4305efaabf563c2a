using System.Security.Cryptography;
using Cluster.Contracts.Failpoints;
using Cluster.Manager.Features.Fleet;
using Cluster.Manager.Features.Sessions.Streams;
using Cluster.Protocol.V1;
using Cluster.Storage.Certificates;
using Cluster.Storage.Fleet;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Contents;

/// <summary>Keys that a machine asked for and that its assignment names.</summary>
/// <param name="Machine">Who asks.</param>
/// <param name="Stream">Number of the stream that it asks over.</param>
/// <param name="PublicKeys">Hashes of public keys, lower-case hex.</param>
internal sealed record KeyOrder(MachinePrincipal Machine, long Stream, IReadOnlyCollection<string> PublicKeys);

/// <summary>
/// Releases private keys to machines. The custody ledger is durable before a key is opened, and a key is opened only to be sent.
/// </summary>
internal sealed class KeyRelease(ClusterDatabase database, EnvelopeCipher cipher, TimeProvider clock)
{
    private DurableBatch<KeyOrder, IReadOnlyList<StoredKey>>? batch;

    public Task RunAsync(CancellationToken ct) => Batch.RunAsync(ct);

    /// <summary>Writes the ledger, then opens the keys; those that are not stored or destroyed are left out.</summary>
    public async Task<IReadOnlyList<PrivateKey>> ReleaseAsync(KeyOrder order)
    {
        var stored = await Batch.AddAsync(order);
        Failpoint.Reach(FailpointNames.KeysRecorded);
        return [.. stored.Select(Open)];
    }

    private DurableBatch<KeyOrder, IReadOnlyList<StoredKey>> Batch => LazyInitializer.EnsureInitialized(ref batch, () => new(WriteAsync));

    private PrivateKey Open(StoredKey key)
    {
        var pkcs8 = cipher.Open(key.Sealed, new SealContext(SealKinds.CertificateKey, key.ClusterId, key.Id, key.PublicKeySha256));
        try
        {
            return new PrivateKey
            {
                PublicKeySha256 = ByteString.CopyFrom(Convert.FromHexString(key.PublicKeySha256)),
                Pkcs8 = ByteString.CopyFrom(pkcs8)
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<StoredKey>>> WriteAsync(IReadOnlyList<KeyOrder> orders, CancellationToken ct) =>
        await database.WriteAsync<IReadOnlyList<IReadOnlyList<StoredKey>>>(
            null,
            async (db, token) =>
            {
                // Under the lock a ban, a departure or the end of a key comes wholly before the delivery or wholly after it.
                foreach (var clusterId in orders.Select(o => o.Machine.ClusterId).Distinct().Order())
                    await db.Unit.LockClusterAsync(clusterId, token);
                var names = orders.SelectMany(o => o.PublicKeys).ToHashSet(StringComparer.Ordinal);
                var machines = orders.Select(o => o.Machine.MachineId).ToHashSet();
                var clusters = orders.Select(o => o.Machine.ClusterId).ToHashSet();
                var keys = (await db.Keys.AsNoTracking()
                    .Where(k => clusters.Contains(k.ClusterId) && names.Contains(k.PublicKeySha256) && k.Sealed != null)
                    .ToListAsync(token))
                    .ToDictionary(k => (k.ClusterId, k.PublicKeySha256));
                var allowed = await db.Machines.AsNoTracking()
                    .Where(m => machines.Contains(m.Id) && m.Status == MachineStatus.Active && !m.Quarantined && !m.Disconnected)
                    .Select(m => m.Id).ToHashSetAsync(token);
                var current = (await db.Identities.AsNoTracking().Where(i => machines.Contains(i.MachineId) && i.RevokedAt == null)
                    .Select(i => new { i.MachineId, i.Generation }).ToListAsync(token))
                    .Select(i => (i.MachineId, i.Generation))
                    .ToHashSet();
                var streams = await db.Reports.AsNoTracking()
                    .Where(r => machines.Contains(r.MachineId))
                    .ToDictionaryAsync(r => r.MachineId, r => r.StreamNumber, token);
                var ledger = (await db.KeyDeliveries.Where(d => machines.Contains(d.MachineId) && names.Contains(d.PublicKeySha256))
                    .ToListAsync(token))
                    .ToDictionary(d => (d.MachineId, d.PublicKeySha256));
                bool MayHave(KeyOrder o) =>
                    allowed.Contains(o.Machine.MachineId) && current.Contains((o.Machine.MachineId, o.Machine.Generation))
                        && o.Stream >= streams.GetValueOrDefault(o.Machine.MachineId);
                return [.. orders.Select(o => MayHave(o) ? Record(db, o, keys, ledger) : [])];
            },
            ct);

    private List<StoredKey> Record(
        Storage.ClusterDbContext db,
        KeyOrder order,
        Dictionary<(Guid Cluster, string Key), StoredKey> keys,
        Dictionary<(Guid Machine, string Key), KeyDelivery> ledger)
    {
        var released = new List<StoredKey>();
        var now = clock.GetUtcNow();
        foreach (var name in order.PublicKeys.Distinct(StringComparer.Ordinal))
        {
            if (!keys.TryGetValue((order.Machine.ClusterId, name), out var key)) continue;
            released.Add(key);
            if (ledger.TryGetValue((order.Machine.MachineId, name), out var delivery)) delivery.Last = now;
            else
            {
                delivery = new KeyDelivery
                {
                    ClusterId = order.Machine.ClusterId,
                    MachineId = order.Machine.MachineId,
                    PublicKeySha256 = name,
                    First = now,
                    Last = now
                };
                ledger.Add((order.Machine.MachineId, name), delivery);
                db.KeyDeliveries.Add(delivery);
            }
        }

        return released;
    }
}
