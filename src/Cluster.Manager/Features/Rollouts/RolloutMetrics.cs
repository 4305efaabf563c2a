using Cluster.Contracts.Json;
using Cluster.Contracts.Rollouts;
using Cluster.Manager.Hosting.Metrics;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Rollouts of the whole installation that have not ended.</summary>
internal sealed class RolloutMetrics(ClusterDatabase database) : IMetricSource
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken ct)
    {
        var counts = await database.ReadAsync(
            (db, token) => db.Rollouts
                .Where(r => r.State == RolloutState.Queued || r.State == RolloutState.Running || r.State == RolloutState.Paused)
                .GroupBy(r => r.State)
                .Select(g => new { g.Key, Count = g.LongCount() })
                .ToListAsync(token),
            ct);
        return
        [
            MetricFamily.Gauge(
                "cluster_rollouts",
                "Rollouts that have not ended, by state.",
                [.. counts.Select(c => new MetricSample(c.Count, $"state=\"{EnumNames.Of(c.Key)}\""))]),
        ];
    }
}
