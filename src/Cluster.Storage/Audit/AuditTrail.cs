using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cluster.Storage.Access;
using Cluster.Storage.Installation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Cluster.Storage.Audit;

/// <summary>
/// The audit chains: one per cluster and one of the installation. Every event holds an HMAC over itself and the event before, so
/// that nobody without the installation's secret can edit, insert or take out one unnoticed; heads in the log tell whether the
/// end was cut off.
/// </summary>
public sealed partial class AuditTrail(InstallationKeys keys, TimeProvider clock, ILogger<AuditTrail> log)
{
    /// <summary>
    /// Appends an event in the caller's transaction; the chain is locked until it ends. Call it late in a unit that concerns no
    /// cluster.
    /// </summary>
    public async Task AppendAsync(ClusterDbContext db, AuditEntry entry, CancellationToken ct)
    {
        await LockAsync(db, entry.ClusterId, ct).ConfigureAwait(false);
        var head = db.Unit.AuditHeads.TryGetValue(entry.ClusterId ?? Guid.Empty, out var known)
            ? known
            : await HeadAsync(db, entry.ClusterId, ct).ConfigureAwait(false);
        var now = Instants.Cut(clock.GetUtcNow());
        var stored = new AuditEvent
        {
            Id = Guid.CreateVersion7(now),
            ClusterId = entry.ClusterId,
            Sequence = head.Sequence + 1,
            At = now,
            Actor = entry.Actor,
            Action = entry.Action,
            Target = entry.Target,
            Revision = entry.Revision,
            TraceId = entry.TraceId,
            Detail = entry.Detail,
            PreviousHash = head.Hash,
            Hash = "",
        };
        stored.Hash = HashOf(stored);
        db.AuditEvents.Add(stored);
        var next = new AuditHead(stored.Sequence, stored.Hash);
        if (!db.Unit.AuditHeads.ContainsKey(entry.ClusterId ?? Guid.Empty))
            db.Unit.AfterCommit(() => LogHead(db.Unit.AuditHeads, entry.ClusterId));
        db.Unit.AuditHeads[entry.ClusterId ?? Guid.Empty] = next;
    }

    /// <summary>The end of a chain as stored.</summary>
    public static async Task<AuditHead> HeadAsync(ClusterDbContext db, Guid? clusterId, CancellationToken ct)
    {
        var last = await db.AuditEvents.Where(e => e.ClusterId == clusterId).OrderByDescending(e => e.Sequence)
            .Select(e => new { e.Sequence, e.Hash }).FirstOrDefaultAsync(ct).ConfigureAwait(false);
        return last is null ? AuditHead.Empty : new AuditHead(last.Sequence, last.Hash);
    }

    /// <summary>The event of a number as a head; null when there is none.</summary>
    /// <param name="db">A context that reads.</param>
    /// <param name="chain">The cluster; <see cref="Guid.Empty"/> = the installation's chain.</param>
    /// <param name="sequence">Number of the event.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<AuditHead?> AtAsync(ClusterDbContext db, Guid chain, long sequence, CancellationToken ct)
    {
        Guid? clusterId = chain == Guid.Empty ? null : chain;
        var hash = await db.AuditEvents.Where(e => e.ClusterId == clusterId && e.Sequence == sequence)
            .Select(e => e.Hash)
            .FirstOrDefaultAsync(ct)
            .ConfigureAwait(false);
        return hash is null ? null : new AuditHead(sequence, hash);
    }

    /// <summary>Checks a whole chain, oldest event first.</summary>
    /// <param name="db">A context that reads.</param>
    /// <param name="clusterId">The cluster; null = the installation's chain.</param>
    /// <param name="known">A head noted outside the database that the chain must contain; null = none.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<AuditVerdict> VerifyAsync(ClusterDbContext db, Guid? clusterId, AuditHead? known, CancellationToken ct)
    {
        var head = AuditHead.Empty;
        await foreach (var next in db.AuditEvents.AsNoTracking()
            .Where(e => e.ClusterId == clusterId)
            .OrderBy(e => e.Sequence)
            .AsAsyncEnumerable()
            .WithCancellation(ct)
            .ConfigureAwait(false))
        {
            if (Problem(head, next) is { } problem) return new AuditVerdict(head, head.Sequence + 1, problem);
            head = new AuditHead(next.Sequence, next.Hash);
            if (known is { } noted && noted.Sequence == head.Sequence && noted.Hash != head.Hash)
            {
                return new AuditVerdict(head, head.Sequence, "Another history: a head noted earlier says otherwise.");
            }
        }

        return known is { } end && end.Sequence > head.Sequence
            ? new AuditVerdict(head, head.Sequence + 1, $"The end is missing: event {end.Sequence} was there once.")
            : new AuditVerdict(head, null, "");
    }

    private string? Problem(AuditHead head, AuditEvent next)
    {
        if (next.Sequence != head.Sequence + 1) return $"Event {head.Sequence + 1} is missing.";
        if (next.PreviousHash != head.Hash) return $"Event {next.Sequence} does not follow the one before.";
        return next.Hash == HashOf(next) ? null : $"Event {next.Sequence} was changed.";
    }

    private static async Task LockAsync(ClusterDbContext db, Guid? clusterId, CancellationToken ct)
    {
        if (clusterId is { } id) await db.Unit.LockClusterAsync(id, ct).ConfigureAwait(false);
        else await db.Unit.LockInstallationAsync(ct).ConfigureAwait(false);
    }

    private string HashOf(AuditEvent stored)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, keys.Audit);
        Append(mac, "audit/1");
        Append(mac, stored.PreviousHash);
        Append(mac, stored.Id.ToString("D"));
        Append(mac, stored.ClusterId?.ToString("D") ?? "");
        Append(mac, stored.Sequence.ToString(CultureInfo.InvariantCulture));
        Append(mac, Instants.ToMicroseconds(stored.At).ToString(CultureInfo.InvariantCulture));
        Append(mac, stored.Actor);
        Append(mac, stored.Action);
        Append(mac, stored.Target);
        Append(mac, stored.Revision?.ToString(CultureInfo.InvariantCulture) ?? "");
        Append(mac, stored.TraceId);
        Append(mac, stored.Detail);
        return Convert.ToHexStringLower(mac.GetHashAndReset());
    }

    private static void Append(IncrementalHash mac, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        mac.AppendData(length);
        mac.AppendData(bytes);
    }

    private void LogHead(Dictionary<Guid, AuditHead> heads, Guid? clusterId)
    {
        var head = heads[clusterId ?? Guid.Empty];
        HeadMoved(log, clusterId?.ToString("D") ?? "installation", head.Sequence, head.Hash);
    }

    [LoggerMessage(2001, LogLevel.Information, "Audit head of {Chain}: {Sequence} {Hash}", EventName = "AuditHeadMoved")]
    private static partial void HeadMoved(ILogger log, string chain, long sequence, string hash);
}
