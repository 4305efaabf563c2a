using Cluster.Storage.Changes;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Rollouts;

/// <summary>Waits for a rollout to end, for commits with <c>?wait=</c>.</summary>
internal sealed class RolloutWait(ClusterDatabase database, ChangeSignal signal, TimeProvider clock)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    /// <summary>Waits until the rollout has ended, or for a time.</summary>
    /// <returns>True when it ended.</returns>
    public async Task<bool> ForEndAsync(Guid rolloutId, TimeSpan atMost, CancellationToken ct)
    {
        using var subscription = signal.Subscribe();
        using var limit = new CancellationTokenSource(atMost, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        while (!await HasEndedAsync(rolloutId, ct))
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(both.Token);
            round.CancelAfter(Round);
            await ((Task)subscription.WaitAsync(round.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested) return await HasEndedAsync(rolloutId, ct);
        }

        return true;
    }

    private Task<bool> HasEndedAsync(Guid rolloutId, CancellationToken ct) =>
        database.ReadAsync((db, token) => db.Rollouts.AnyAsync(r => r.Id == rolloutId && r.EndedAt != null, token), ct);
}
