using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Storage;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts.Assignments;

/// <summary>
/// Deletes bundles and parts that no machine's desired names, departed ones included, once they were found so an hour before as
/// well: who still fetches has time to end. A rollback or a rejoin builds its bundle from the revision again, byte for byte, so
/// nothing else is kept.
/// </summary>
internal sealed partial class ContentPruning(ClusterDatabase database, TimeProvider clock, ILogger<ContentPruning> log) : BackgroundService
{
    private const int ChunkSize = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private HashSet<(Guid ClusterId, string Hash)> unnamed = [];

    /// <summary>Deletes what was unnamed at the step before and still is.</summary>
    public async Task StepAsync(CancellationToken ct)
    {
        var seen = new HashSet<(Guid ClusterId, string Hash)>();
        foreach (var clusterId in await database.ReadAsync((db, token) => db.Clusters.Select(c => c.Id).ToListAsync(token), ct))
        {
            try
            {
                seen.UnionWith((await StepAsync(clusterId, ct)).Select(hash => (clusterId, hash)));
            }
#pragma warning disable CA1031 // A bug that one cluster's data brings out must not stop the pruning of others: it is logged each time.
            catch (Exception e) when (e is not (DatabaseUnavailableException or OperationCanceledException))
#pragma warning restore CA1031
            {
                LogFailed(log, e, clusterId);
            }
        }

        unnamed = seen;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await StepAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException e)
            {
                LogPostponed(log, e);
            }
        }
    }

    private async Task<IEnumerable<string>> StepAsync(Guid clusterId, CancellationToken ct)
    {
        var now = await database.ReadAsync((db, token) => UnnamedAsync(db, clusterId, token), ct);
        var due = now.Where(hash => unnamed.Contains((clusterId, hash))).ToHashSet(StringComparer.Ordinal);
        if (due.Count > 0) await database.WriteAsync(clusterId, (db, token) => DeleteAsync(db, clusterId, due, token), ct);
        return now.Except(due);
    }

    // Desired moves only under the cluster's lock, and with it what it names is stored: what is unnamed here stays so until the end.
    private static async Task<bool> DeleteAsync(ClusterDbContext db, Guid clusterId, IReadOnlySet<string> due, CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(clusterId, ct) is not { Forked: false }) return false;
        foreach (var chunk in (await UnnamedAsync(db, clusterId, ct)).Where(due.Contains).Chunk(ChunkSize))
            await db.Contents.Where(c => c.ClusterId == clusterId && chunk.Contains(c.Hash)).ExecuteDeleteAsync(ct);
        return true;
    }

    private static async Task<IReadOnlyList<string>> UnnamedAsync(ClusterDbContext db, Guid clusterId, CancellationToken ct)
    {
        var named = await db.Desired.Where(d => d.ClusterId == clusterId).Select(d => d.BundleHash).Distinct().ToHashSetAsync(ct);
        foreach (var chunk in named.ToList().Chunk(ChunkSize))
        {
            var bundles = await db.Contents.AsNoTracking()
                .Where(c => c.ClusterId == clusterId && chunk.Contains(c.Hash))
                .Select(c => c.Bytes)
                .ToListAsync(ct);
            named.UnionWith(
                bundles.SelectMany(bytes => DocumentReader.Read(bytes, ContractsJson.Default.Bundle).Value!.Parts).Select(p => p.Sha256));
        }

        var stored = await db.Contents.Where(c => c.ClusterId == clusterId).Select(c => c.Hash).ToListAsync(ct);
        return [.. stored.Where(hash => !named.Contains(hash))];
    }

    [LoggerMessage(
        2311, LogLevel.Error,
        "Cluster {ClusterId}: unreferenced content could not be listed; nothing was deleted.",
        EventName = "UnreferencedContentsNotListed")]
    private static partial void LogFailed(ILogger log, Exception exception, Guid clusterId);

    [LoggerMessage(
        2310, LogLevel.Warning,
        "Unreferenced content could not be deleted; trying again in an hour.",
        EventName = "ContentsNotDeleted")]
    private static partial void LogPostponed(ILogger log, Exception exception);
}
