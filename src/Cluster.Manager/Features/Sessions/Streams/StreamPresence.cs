using System.Collections.Concurrent;
using Cluster.Manager.Features.Sessions.Push;
using Cluster.Storage;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Sessions.Streams;

/// <summary>Writes when machines were last seen, and that their streams ended, in batches: no database work per heartbeat.</summary>
internal sealed partial class StreamPresence(
    ClusterDatabase database,
    SessionRegistry registry,
    AssignmentPush sync,
    SessionLimits limits,
    TimeProvider clock,
    ILogger<StreamPresence> log) : BackgroundService
{
    private const int Chunk = 500;
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> closed = new();

    /// <summary>A stream was opened: it gets what the machine lacks.</summary>
    public void Opened(AgentConnection connection) => sync.Follow(connection);

    /// <summary>A stream ended.</summary>
    public void Closed(AgentConnection connection) => closed[connection.StreamId] = connection.LastMessage;

    /// <summary>Writes what has gathered.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var since = now - limits.LastSeenInterval;
        var seen = registry.All.Where(c => c.LastMessage >= since).Select(c => c.StreamId).ToList();
        foreach (var chunk in seen.Chunk(Chunk))
        {
            await database.WriteAsync(null, (db, t) => Rows(db, chunk).ExecuteUpdateAsync(s => s.SetProperty(r => r.LastSeen, now), t), ct);
        }

        foreach (var chunk in closed.Keys.ToList().Chunk(Chunk))
        {
            await database.WriteAsync(
                null,
                (db, t) => Rows(db, chunk).ExecuteUpdateAsync(
                    s => s.SetProperty(r => r.LastSeen, now).SetProperty(r => r.StreamId, (Guid?)null), t),
                ct);
            foreach (var stream in chunk) closed.TryRemove(stream, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var next = clock.GetUtcNow() + limits.LastSeenInterval;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            DrainOld();
            var now = clock.GetUtcNow();
            if (now < next && closed.IsEmpty) continue;
            next = now + limits.LastSeenInterval;
            try
            {
                await FlushAsync(stoppingToken);
            }
            catch (DatabaseUnavailableException e)
            {
                // What has gathered stays and is written with the next.
                LogNotWritten(log, e.Message);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is DatabaseUnavailableException or OperationCanceledException)
        {
            // Going down anyway; last-seen is a convenience.
            LogNotWritten(log, e.Message);
        }
    }

    // The jitter comes from the random part of the stream's id, so that streams opened together do not end together.
    private void DrainOld()
    {
        var now = clock.GetUtcNow();
        foreach (var connection in registry.All)
        {
            var jitter = 0.8 + (connection.StreamId.ToByteArray()[15] / 255.0 * 0.4);
            if (now - connection.OpenedAt > limits.MaxAge * jitter) connection.End(ConnectionEnd.Drain(0));
            else connection.Nudge(now, limits.OfferTimeout);
        }
    }

    private static IQueryable<Storage.Fleet.MachineReport> Rows(ClusterDbContext db, Guid[] streams) =>
        db.Reports.Where(r => r.StreamId != null && streams.Contains(r.StreamId.Value));

    [LoggerMessage(
        2204, LogLevel.Warning,
        "When machines were last seen could not be written and is tried again: {Reason}",
        EventName = "PresenceNotStored")]
    private static partial void LogNotWritten(ILogger log, string reason);
}
