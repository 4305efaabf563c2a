using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Json;
using Cluster.Manager.Hosting.Problems;
using Cluster.Storage.Audit;
using Cluster.Storage.Units;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Audits refused requests, folded per minute, address and caller, so that whoever guesses cannot flood the chain.</summary>
internal sealed partial class RefusalAudit(
    ClusterDatabase database, AuditTrail audit, TimeProvider clock, ILogger<RefusalAudit> log) : BackgroundService
{
    private const int MostKept = 1000;
    private readonly ConcurrentDictionary<(string Address, string Actor, int Status), int> counts = new();

    public void Note(HttpContext context, int status)
    {
        var key =
            (context.Connection.RemoteIpAddress?.ToString() ?? "unknown", context.Features.Get<Caller>()?.Name ?? "anonymous", status);
        if (counts.Count >= MostKept && !counts.ContainsKey(key)) key = ("others", "anonymous", status);
        counts.AddOrUpdate(key, 1, static (_, n) => n + 1);
    }

    /// <summary>Writes what was noted as one event an address and caller.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        var noted = counts.ToArray();
        if (noted.Length == 0) return;
        await database.WriteAsync(
            null,
            async (db, token) =>
            {
                foreach (var ((address, actor, status), count) in noted) await audit.AppendAsync(
                    db, Entry(address, actor, status, count), token);
                return true;
            },
            ct);
        foreach (var note in noted)
        {
            if (!counts.TryRemove(note)) counts.AddOrUpdate(note.Key, 0, (_, n) => n - note.Value);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FlushAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException e)
            {
                LogNotWritten(log, e);
            }
        }
    }

    private static AuditEntry Entry(string address, string actor, int status, int count) => new(null, actor, "access.refused", address)
    {
        Detail = CanonicalJson.ToText(
            JsonSerializer.SerializeToElement(new JsonObject { ["count"] = count, ["status"] = status }, ProblemJson.Default.JsonObject)),
    };

    [LoggerMessage(
        1103, LogLevel.Warning,
        "Refusals could not be audited; it is tried again in a minute.",
        EventName = "RefusalsNotAudited")]
    private static partial void LogNotWritten(ILogger log, Exception exception);
}
