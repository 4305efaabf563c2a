using System.Data.Common;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Storage.Changes;

/// <summary>Notices what other processes changed: compares the change counters every 2 s, sooner when the database calls.</summary>
public sealed class ChangeWatch(ClusterDatabase database, IDatabaseDialect dialect, ChangeSignal signal, TimeProvider clock) : IDisposable
{
    /// <summary>How long a change of another process may stay unnoticed.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim called = new(0, 1);
    private Dictionary<Guid, long>? seen;

    /// <summary>Watches until cancelled. Without the database it goes on trying.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var listening = dialect.ListenAsync(Call, ct);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await CompareAsync(ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is DatabaseUnavailableException or DbException)
            {
                // Whoever needs the database reports it; the next round tries again, and streams stay open meanwhile.
            }

            await WaitAsync(ct).ConfigureAwait(false);
        }

        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Compares once and wakes followers of what changed since the last comparison; the first one only takes note.</summary>
    public async Task CompareAsync(CancellationToken ct)
    {
        var now = await database.ReadAsync(ReadAsync, ct).ConfigureAwait(false);
        var before = seen;
        seen = now;
        if (before is null) return;
        var changed = now.Where(pair => !before.TryGetValue(pair.Key, out var counter) || counter != pair.Value).Select(pair => pair.Key)
            .Concat(before.Keys.Where(id => !now.ContainsKey(id))).ToHashSet();
        signal.Raise(changed);
    }

    /// <inheritdoc/>
    public void Dispose() => called.Dispose();

    private static async Task<Dictionary<Guid, long>> ReadAsync(ClusterDbContext db, CancellationToken ct)
    {
        var counters = await db.Clusters.Select(c => new { c.Id, c.ChangeCounter })
            .ToDictionaryAsync(c => c.Id, c => c.ChangeCounter, ct)
            .ConfigureAwait(false);
        counters[Guid.Empty] = await db.Installations.Select(i => i.ChangeCounter).SingleOrDefaultAsync(ct).ConfigureAwait(false);
        return counters;
    }

    private void Call()
    {
        lock (called)
        {
            if (called.CurrentCount == 0) called.Release();
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        using var round = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pause = Task.Delay(Interval, clock, round.Token);
        var call = called.WaitAsync(round.Token);
        await Task.WhenAny(pause, call).ConfigureAwait(false);
        await round.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(pause, call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
