using System.Collections.Concurrent;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Hosting.Access;

/// <summary>Remembers when tokens were used and writes it once a minute, so that reads stay reads.</summary>
internal sealed partial class LastUse(ClusterDatabase database, TimeProvider time, ILogger<LastUse> log) : BackgroundService
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> seen = new();

    public void Note(Guid token, DateTimeOffset at) => seen[token] = at;

    /// <summary>Writes what was noted.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        if (seen.IsEmpty) return;
        var noted = seen.ToArray();
        await database.WriteAsync(
            null,
            async (db, ct) =>
            {
                foreach (var (token, at) in noted) await db.ApiTokens.Where(t => t.Id == token)
                    .ExecuteUpdateAsync(s => s.SetProperty(t => t.LastUsed, at), ct);
                return true;
            },
            ct);
        foreach (var note in noted) seen.TryRemove(note);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FlushAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The database may be away; the notes stay and are written with the next ones.
                LogNotWritten(log, e);
            }
        }
    }

    [LoggerMessage(
        1101, LogLevel.Warning,
        "The last use of tokens could not be written; it is tried again in a minute.",
        EventName = "TokenUseNotStored")]
    private static partial void LogNotWritten(ILogger log, Exception exception);
}
