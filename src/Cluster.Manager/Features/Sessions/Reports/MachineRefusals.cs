using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Manager.Features.Fleet;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Reports;

/// <summary>
/// Audits what machines were refused, folded per minute, machine and action, so that no machine can flood its cluster's chain.
/// </summary>
internal sealed partial class MachineRefusals(
    ClusterDatabase database, AuditTrail audit, TimeProvider clock, ILogger<MachineRefusals> log) : BackgroundService
{
    private readonly ConcurrentDictionary<(Guid ClusterId, Guid MachineId, string Action), int> counts = new();

    public void Note(Guid clusterId, Guid machineId, string action, int count = 1) =>
        counts.AddOrUpdate((clusterId, machineId, action), count, (_, n) => n + count);

    /// <summary>Writes what was noted as one event a machine and action.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        foreach (var cluster in counts.ToArray().GroupBy(c => c.Key.ClusterId))
        {
            await database.WriteAsync(cluster.Key, (db, token) => WriteAsync(db, cluster.Key, [.. cluster], token), ct);
            foreach (var note in cluster)
            {
                if (!counts.TryRemove(note)) counts.AddOrUpdate(note.Key, 0, (_, n) => n - note.Value);
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryFlushAsync(stoppingToken);
    }

    private async Task TryFlushAsync(CancellationToken ct)
    {
        try
        {
            await FlushAsync(ct);
        }
        catch (DatabaseUnavailableException e)
        {
            LogNotWritten(log, e);
        }
    }

    private async Task<bool> WriteAsync(
        Storage.ClusterDbContext db,
        Guid clusterId,
        IReadOnlyList<KeyValuePair<(Guid ClusterId, Guid MachineId, string Action), int>> notes,
        CancellationToken ct)
    {
        if (await db.Unit.LockClusterAsync(clusterId, ct) is null) return false;
        var ids = notes.Select(n => n.Key.MachineId).ToHashSet();
        var names = await db.Machines.AsNoTracking().Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        foreach (var ((_, machineId, action), count) in notes.OrderBy(n => n.Key.MachineId)
            .ThenBy(n => n.Key.Action, StringComparer.Ordinal))
        {
            var name = names.GetValueOrDefault(machineId, machineId.ToString("D"));
            var detail =
                CanonicalJson.ToText(JsonSerializer.SerializeToElement(new JsonObject { ["count"] = count }, FleetJson.Default.JsonObject));
            await audit.AppendAsync(db, new AuditEntry(clusterId, name, action, $"machines/{name}") { Detail = detail }, ct);
        }

        return true;
    }

    [LoggerMessage(
        2212, LogLevel.Warning,
        "What machines were refused could not be audited; it is tried again in a minute.",
        EventName = "MachineRefusalsNotAudited")]
    private static partial void LogNotWritten(ILogger log, Exception exception);
}
