using Cluster.Storage.Access;
using Cluster.Storage.Installation;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Secrets;

/// <summary>
/// Wraps every sealed record by the current key-encryption key, while managers run. Secrets themselves are not encrypted anew. A
/// record that somebody changes or destroys meanwhile is left as it is and found by the next pass.
/// </summary>
public sealed class KekRotation(ClusterDatabase database, EnvelopeCipher cipher)
{
    private const int BatchSize = 200;

    /// <summary>Goes through all records once.</summary>
    /// <returns>How many were wrapped anew; pass after pass until it is 0.</returns>
    public async Task<int> PassAsync(CancellationToken ct)
    {
        var count = await InstallationAsync(ct).ConfigureAwait(false)
            + await ControlKeysAsync(ct).ConfigureAwait(false)
            + await AnswersAsync(ct).ConfigureAwait(false);
        var after = Guid.Empty;
        while (await KeysAsync(after, ct).ConfigureAwait(false) is (var rewrapped, { } last))
        {
            count += rewrapped;
            after = last;
        }

        return count;
    }

    /// <summary>Ids of the key-encryption keys that records name.</summary>
    public Task<SortedSet<string>> KeksInUseAsync(CancellationToken ct) => database.ReadAsync(
        async (db, token) =>
        {
            var inUse = new SortedSet<string>(StringComparer.Ordinal);
            await AddAsync(db.Installations.Select(i => i.KeyCheck), inUse, token).ConfigureAwait(false);
            await AddAsync(db.Installations.Select(i => i.SealedSecret), inUse, token).ConfigureAwait(false);
            await AddAsync(
                db.ControlCertificates.Where(c => c.SealedKey != null).Select(c => c.SealedKey!), inUse, token).ConfigureAwait(false);
            await AddAsync(db.Keys.Where(k => k.Sealed != null).Select(k => k.Sealed!), inUse, token).ConfigureAwait(false);
            await AddAsync(db.IdempotencyRecords.Where(r => r.Status != 0).Select(r => r.SealedAnswer), inUse, token).ConfigureAwait(false);
            return inUse;
        },
        ct);

    private static async Task AddAsync(IQueryable<byte[]> records, SortedSet<string> inUse, CancellationToken ct)
    {
        await foreach (var record in records.AsAsyncEnumerable().WithCancellation(ct).ConfigureAwait(false))
            inUse.Add(EnvelopeCipher.KekIdOf(record));
    }

    private Task<int> InstallationAsync(CancellationToken ct) => database.WriteAsync(
        null,
        async (db, token) =>
        {
            await db.Unit.LockInstallationAsync(token).ConfigureAwait(false);
            var record = await db.Installations.SingleAsync(token).ConfigureAwait(false);
            var (check, secret) = (record.KeyCheck, record.SealedSecret);
            record.KeyCheck = cipher.Rewrap(check, InstallationKeys.CheckContext(record.Id));
            record.SealedSecret = cipher.Rewrap(secret, InstallationKeys.SecretContext(record.Id));
            return (check != record.KeyCheck ? 1 : 0) + (secret != record.SealedSecret ? 1 : 0);
        },
        ct);

    private Task<int> ControlKeysAsync(CancellationToken ct) => database.WriteAsync(
        null,
        async (db, token) =>
        {
            var count = 0;
            foreach (var row in await db.ControlCertificates.AsNoTracking()
                .Where(c => c.SealedKey != null)
                .ToListAsync(token)
                .ConfigureAwait(false))
            {
                var old = row.SealedKey!;
                var fresh = cipher.Rewrap(old, new SealContext(SealKinds.ControlKey, null, row.Id, row.PublicKeySha256));
                if (fresh == old) continue;
                count += await db.ControlCertificates.Where(c => c.Id == row.Id && c.SealedKey == old)
                    .ExecuteUpdateAsync(s => s.SetProperty(c => c.SealedKey, fresh), token)
                    .ConfigureAwait(false);
            }

            return count;
        },
        ct);

    private Task<int> AnswersAsync(CancellationToken ct) => database.WriteAsync(
        null,
        async (db, token) =>
        {
            var count = 0;
            foreach (var row in await db.IdempotencyRecords.AsNoTracking()
                .Where(r => r.Status != 0)
                .ToListAsync(token)
                .ConfigureAwait(false))
            {
                var fresh = cipher.Rewrap(row.SealedAnswer, IdempotencyRecord.ContextOf(row.Key));
                if (fresh == row.SealedAnswer) continue;
                count += await db.IdempotencyRecords.Where(r => r.Key == row.Key)
                    .ExecuteUpdateAsync(s => s.SetProperty(r => r.SealedAnswer, fresh), token)
                    .ConfigureAwait(false);
            }

            return count;
        },
        ct);

    private Task<(int Rewrapped, Guid? Last)> KeysAsync(Guid after, CancellationToken ct) => database.WriteAsync<(int, Guid?)>(
        null,
        async (db, token) =>
        {
            var rows = await db.Keys.AsNoTracking()
                .Where(k => k.Id > after)
                .OrderBy(k => k.Id)
                .Take(BatchSize)
                .ToListAsync(token)
                .ConfigureAwait(false);
            var count = 0;
            foreach (var row in rows.Where(r => r.Sealed is not null))
            {
                var old = row.Sealed!;
                var fresh = cipher.Rewrap(old, new SealContext(SealKinds.CertificateKey, row.ClusterId, row.Id, row.PublicKeySha256));
                if (fresh == old) continue;
                // A key that was destroyed meanwhile stays destroyed.
                count += await db.Keys.Where(k => k.Id == row.Id && k.Sealed == old)
                    .ExecuteUpdateAsync(s => s.SetProperty(k => k.Sealed, fresh), token)
                    .ConfigureAwait(false);
            }

            return (count, rows.Count == 0 ? null : rows[^1].Id);
        },
        ct);
}
