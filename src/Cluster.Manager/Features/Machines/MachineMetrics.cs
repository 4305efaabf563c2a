using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Metrics;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Machines;

/// <summary>Machines of the whole installation by stored status.</summary>
internal sealed class MachineMetrics(ClusterDatabase database) : IMetricSource
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken ct)
    {
        var counts = await database.ReadAsync(
            (db, token) => db.Machines.GroupBy(m => m.Status).Select(g => new { g.Key, Count = g.LongCount() }).ToListAsync(token), ct);
        return
        [
            MetricFamily.Gauge(
                "cluster_machines",
                "Machines by stored status.",
                [.. counts.Select(c => new MetricSample(c.Count, $"status=\"{EnumNames.Of(c.Key)}\""))]),
        ];
    }
}
