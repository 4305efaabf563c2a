using Cluster.Manager.Hosting.Metrics;
using Cluster.Storage;
using Cluster.Storage.Fleet;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Drift;

/// <summary>Differences that are open, by cluster and service. Reports are large: one is read only when another has come.</summary>
internal sealed class DriftMetrics(ClusterDatabase database) : IMetricSource, IDisposable
{
    private const int ChunkSize = 500;

    private readonly SemaphoreSlim gate = new(1);
    private Dictionary<Guid, Counted> known = [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MetricFamily>> ReadAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            known = await database.ReadAsync(CountAsync, ct);
            return
            [
                MetricFamily.Gauge(
                    "cluster_drift",
                    "Differences on hosts that no agent made.",
                    [
                        .. known.Values.SelectMany(m => m.Services.Select(s => (m.Cluster, Service: s.Key, s.Value)))
                            .GroupBy(s => (s.Cluster, s.Service))
                            .OrderBy(g => g.Key.Cluster, StringComparer.Ordinal).ThenBy(g => g.Key.Service, StringComparer.Ordinal)
                            .Select(g => new MetricSample(
                                g.Sum(s => (long)s.Value),
                                $"cluster=\"{Escaped(g.Key.Cluster)}\",service=\"{Escaped(g.Key.Service)}\"")),
                    ]),
            ];
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async Task<Dictionary<Guid, Counted>> CountAsync(ClusterDbContext db, CancellationToken ct)
    {
        var machines = await (
            from machine in db.Machines.AsNoTracking()
            where machine.Status == MachineStatus.Active
            join cluster in db.Clusters.AsNoTracking() on machine.ClusterId equals cluster.Id
            join report in db.Reports.AsNoTracking() on machine.Id equals report.MachineId
            select new { machine.Id, Cluster = cluster.Name, report.Generation, report.StreamNumber, report.Sequence }).ToListAsync(ct);
        var counted = new Dictionary<Guid, Counted>(machines.Count);
        var changed = new List<(Guid Id, string Cluster, ReportNumber Number)>();
        foreach (var machine in machines)
        {
            var number = new ReportNumber(machine.Generation, machine.StreamNumber, machine.Sequence);
            if (known.GetValueOrDefault(machine.Id) is { } before && before.Number == number)
                counted[machine.Id] = before with { Cluster = machine.Cluster };
            else changed.Add((machine.Id, machine.Cluster, number));
        }

        foreach (var chunk in changed.Chunk(ChunkSize))
        {
            var ids = chunk.Select(c => c.Id).ToList();
            var statuses = await db.Reports.AsNoTracking().Where(r => ids.Contains(r.MachineId))
                .Select(r => new { r.MachineId, r.Status }).ToDictionaryAsync(r => r.MachineId, r => r.Status, ct);
            foreach (var (id, cluster, number) in chunk)
            {
                counted[id] = new Counted(
                    cluster, number, statuses[id].Services.ToDictionary(s => s.Name, s => s.Drift.Count, StringComparer.Ordinal));
            }
        }

        return counted;
    }

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>What another report has another value of.</summary>
    private readonly record struct ReportNumber(int Generation, long Stream, long Sequence);

    private sealed record Counted(string Cluster, ReportNumber Number, IReadOnlyDictionary<string, int> Services);
}
