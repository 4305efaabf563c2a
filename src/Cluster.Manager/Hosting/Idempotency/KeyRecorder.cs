using Cluster.Storage;
using Cluster.Storage.Access;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Idempotency;

/// <summary>Records the key of a request in the transaction of its effect: either both are stored or neither is.</summary>
internal sealed class KeyRecorder(IdempotentRequest request, TimeProvider clock) : UnitCompanion
{
    /// <summary>Whether the key is recorded.</summary>
    public bool Recorded { get; private set; }

    /// <inheritdoc/>
    public override async Task JoinAsync(ClusterDbContext db, CancellationToken ct)
    {
        if (Recorded) return;
        var since = clock.GetUtcNow() - StoredReplies.Lifetime;
        await db.IdempotencyRecords.Where(r => r.Key == request.Key && r.At <= since).ExecuteDeleteAsync(ct);
        if (await db.IdempotencyRecords.AnyAsync(r => r.Key == request.Key, ct)) throw new KeyTakenException();
        db.IdempotencyRecords.Add(new IdempotencyRecord { Key = request.Key, BodyMac = request.BodyMac, At = clock.GetUtcNow() });
        db.Unit.AfterCommit(() => Recorded = true);
    }
}

/// <summary>Another manager was first with the same key; what this one did was rolled back.</summary>
internal sealed class KeyTakenException() : Exception("The idempotency key was recorded by another request.");
