using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Storage.Access;
using Cluster.Storage.Secrets;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Idempotency;

/// <summary>An answer as it is kept, sealed.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Headers that belong to it.</param>
/// <param name="Body">Its body.</param>
internal sealed record StoredReply(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>What is known of a key.</summary>
/// <param name="BodyMac">MAC of the body of the first request.</param>
/// <param name="Answer">Its answer; null = it took effect, and its answer is not stored (yet).</param>
internal sealed record KnownKey(string BodyMac, StoredReply? Answer);

/// <summary>Keeps answers for 24 h, sealed: they may show a token that is shown once.</summary>
internal sealed class StoredReplies(ClusterDatabase database, EnvelopeCipher cipher, TimeProvider clock)
{
    /// <summary>How long a key is known.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Finds a key; null = not seen within 24 h.</summary>
    public async Task<KnownKey?> FindAsync(string key, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - Lifetime;
        var record = await database.ReadAsync(
            (db, token) => db.IdempotencyRecords.SingleOrDefaultAsync(r => r.Key == key && r.At > since, token), ct);
        if (record is null) return null;
        return new KnownKey(record.BodyMac, record.Status == 0 ? null : Open(record));
    }

    /// <summary>Stores the answer of a key that was recorded with the effect, and forgets keys that are too old.</summary>
    public Task StoreAsync(string key, StoredReply answer, CancellationToken ct)
    {
        var sealedAnswer =
            cipher.Seal(JsonSerializer.SerializeToUtf8Bytes(answer, IdempotencyJson.Default.StoredReply), IdempotencyRecord.ContextOf(key));
        var before = clock.GetUtcNow() - Lifetime;
        return database.WriteAsync(
            null,
            async (db, token) =>
            {
                await db.IdempotencyRecords.Where(r => r.At <= before).ExecuteDeleteAsync(token);
                return await db.IdempotencyRecords.Where(r => r.Key == key).ExecuteUpdateAsync(
                    s => s.SetProperty(r => r.Status, answer.Status).SetProperty(r => r.SealedAnswer, sealedAnswer), token);
            },
            ct);
    }

    private StoredReply Open(IdempotencyRecord record) =>
        JsonSerializer.Deserialize(
            cipher.Open(record.SealedAnswer, IdempotencyRecord.ContextOf(record.Key)), IdempotencyJson.Default.StoredReply)!;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StoredReply))]
internal sealed partial class IdempotencyJson : JsonSerializerContext;
