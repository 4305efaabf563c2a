using Cluster.Storage.Changes;
using Cluster.Storage.Units;
using Microsoft.EntityFrameworkCore;

namespace Cluster.Manager.Features.Revisions;

/// <summary>Waits for a rollout to end, for commits with <c>?wait=</c>.</summary>
internal sealed class RolloutWait(ClusterDatabase database, ChangeSignal signal, TimeProvider clock)
{
    // Another manager may move the rollout: without its word, look again after a while.
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    /// <summary>Waits until the rollout has ended, at most for a time.</summary>
    public async Task ForEndAsync(Guid rolloutId, TimeSpan atMost, CancellationToken ct)
    {
        using var subscription = signal.Subscribe();
        using var limit = new CancellationTokenSource(atMost, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        while (!limit.IsCancellationRequested && !await HasEndedAsync(rolloutId, ct))
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(both.Token);
            round.CancelAfter(Round);
            await ((Task)subscription.WaitAsync(round.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    private Task<bool> HasEndedAsync(Guid rolloutId, CancellationToken ct) =>
        database.ReadAsync((db, token) => db.Rollouts.AnyAsync(r => r.Id == rolloutId && r.EndedAt != null, token), ct);
}
